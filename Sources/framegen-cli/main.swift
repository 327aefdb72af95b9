import FramegenCommands

await FramegenCommand.main()
