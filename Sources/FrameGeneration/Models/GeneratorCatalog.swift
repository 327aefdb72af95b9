extension Generator {
    /// Every generator of the family.
    ///
    /// Where the tensors of two are alike, as those of SyncTalk_2D's ave and hubert are, the one that is meant if
    /// nothing else is said comes first.
    public static let all: [Generator] = [
        syncTalk328AVE, syncTalk328Hubert, syncTalk328Wenet, syncTalk160AVE, syncTalk160Hubert, syncTalk160Wenet,
        ultralight160Hubert, ultralight160Wenet,
    ]

    /// SyncTalk_2D at 328 with AVE features: windows of 16 rows × 512 values, seen as 32×16×16.
    public static let syncTalk328AVE = Generator(
        name: "SyncTalk_2D 328 ave", features: .ave, audioRowsPerWindow: 16, audioShape: [32, 16, 16],
        audioBranch: .narrow, layers: .side328)
    /// SyncTalk_2D at 328 with HuBERT features.
    public static let syncTalk328Hubert = Generator(
        name: "SyncTalk_2D 328 hubert", features: .hubert, audioRowsPerWindow: 16, audioShape: [32, 32, 32],
        audioBranch: .narrowHalving, layers: .side328)
    /// SyncTalk_2D at 328 with WeNet features.
    public static let syncTalk328Wenet = Generator(
        name: "SyncTalk_2D 328 wenet", features: .wenet, audioRowsPerWindow: 16, audioShape: [256, 16, 32],
        audioBranch: .wideHalvingWidth, layers: .side328)

    /// SyncTalk_2D at 160 with AVE features.
    public static let syncTalk160AVE = Generator(
        name: "SyncTalk_2D 160 ave", features: .ave, audioRowsPerWindow: 16, audioShape: [32, 16, 16],
        audioBranch: .narrow, layers: .side160)
    /// SyncTalk_2D at 160 with HuBERT features.
    public static let syncTalk160Hubert = Generator(
        name: "SyncTalk_2D 160 hubert", features: .hubert, audioRowsPerWindow: 16, audioShape: [32, 32, 32],
        audioBranch: .narrowHalving, layers: .side160)
    /// SyncTalk_2D at 160 with WeNet features.
    public static let syncTalk160Wenet = Generator(
        name: "SyncTalk_2D 160 wenet", features: .wenet, audioRowsPerWindow: 16, audioShape: [256, 16, 32],
        audioBranch: .wideHalvingWidth, layers: .side160)

    /// Ultralight-Digital-Human with HuBERT features: windows of 8 rows.
    public static let ultralight160Hubert = Generator(
        name: "Ultralight 160 hubert", features: .hubert, audioRowsPerWindow: 8, audioShape: [16, 32, 32],
        audioBranch: .narrowHalving, layers: .side160)
    /// Ultralight-Digital-Human with WeNet features: windows of 8 rows.
    public static let ultralight160Wenet = Generator(
        name: "Ultralight 160 wenet", features: .wenet, audioRowsPerWindow: 8, audioShape: [128, 16, 32],
        audioBranch: .wideHalvingWidth, layers: .side160)
}

extension Generator.AudioBranch {
    /// For windows of 16×16 values.
    fileprivate static let narrow = Generator.AudioBranch(channels: [64, 128], conv3Stride: .one)
    /// For windows of 32×32.
    fileprivate static let narrowHalving = Generator.AudioBranch(channels: [64, 128], conv3Stride: .two)
    /// For windows of 16×32.
    fileprivate static let wideHalvingWidth = Generator.AudioBranch(
        channels: [256, 256], conv3Stride: Convolution.Stride(vertical: 1, horizontal: 2))
}

extension Generator.Layers {
    fileprivate static let side328 = Generator.Layers(
        face: .side328, encoderChannels: [32, 32, 64, 128, 256, 512], decoderChannels: [128, 64, 32, 32, 16])
    fileprivate static let side160 = Generator.Layers(
        face: .side160, encoderChannels: [32, 64, 128, 256, 512], decoderChannels: [128, 64, 32, 32])
}
