#if canImport(Darwin)
    import Darwin
    import FrameGeneration

    extension ProcessClock {
        /// How long ago this process was started; nil where the system does not tell.
        static var age: Duration? {
            var process = kinfo_proc()
            var size = MemoryLayout<kinfo_proc>.stride
            var name = [CTL_KERN, KERN_PROC, KERN_PROC_PID, getpid()]
            guard sysctl(&name, UInt32(name.count), &process, &size, nil, 0) == 0, size > 0 else { return nil }
            let start = process.kp_proc.p_un.__p_starttime
            return now(of: CLOCK_REALTIME) - .seconds(start.tv_sec) - .microseconds(start.tv_usec)
        }
    }
#endif
