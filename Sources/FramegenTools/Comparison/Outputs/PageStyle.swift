/// How a comparison's page looks, from a phone's width on, in light and dark.
enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; --text: #1b1f24; --back: #ffffff; --soft: #59636e; --line: #d0d7de;
          --frame: #0b62c4; --face: #6b4fbb; --mouth: #b93815; --good: #1a7f37; --bad: #c21b2b; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6e9ed; --back: #14171b; --soft: #9aa5b1; --line: #363d46;
          --frame: #6cb2ff; --face: #b59cff; --mouth: #ff9d6c; --good: #4fc26b; --bad: #ff7b82; } }
        body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1100px; margin: 0 auto; padding: 24px 20px 60px; }
        h1 { font-size: 24px; } h2 { font-size: 19px; margin-top: 36px; } h3 { font-size: 16px; margin: 24px 0 0; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
        dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; }
        .verdict { font-weight: 600; } .verdict.passed, tr.passed td:last-child { color: var(--good); }
        .verdict.failed, tr.failed td:last-child { color: var(--bad); }
        .note, figcaption { color: var(--soft); font-size: 13px; margin: 4px 0; }
        figure { margin: 12px 0; min-width: 0; } svg { display: block; width: 100%; height: auto; }
        .legend .key { display: inline-block; width: 22px; height: 0; margin: 0 6px 4px 14px; border-top: 2px solid; }
        .key.frame { border-color: var(--frame); } .key.face { border-color: var(--face); }
        .key.mouth { border-color: var(--mouth); border-top-style: dashed; }
        .key.limit { border-color: var(--bad); border-top: 2px dotted var(--bad); }
        .chart { position: relative; height: 200px; margin: 14px 12px 36px 68px; }
        .chart svg { position: absolute; inset: 0; height: 100%; overflow: visible; }
        .chart svg * { vector-effect: non-scaling-stroke; }
        .value, .frame-number { position: absolute; color: var(--soft); font-size: 12px; line-height: 16px; }
        .value { right: 100%; margin: -8px 8px 0 0; white-space: nowrap; }
        .frame-number { top: 100%; margin-top: 6px; transform: translateX(-50%); }
        .grid { stroke: var(--line); } .threshold { stroke: var(--bad); stroke-dasharray: 2 4; }
        .curve { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
        .dots { fill: none; stroke-width: 7; stroke-linecap: round; }
        .curve.frame { stroke: var(--frame); } .curve.face { stroke: var(--face); }
        .curve.mouth { stroke: var(--mouth); stroke-dasharray: 5 3; }
        .dots.frame { stroke: var(--frame); } .dots.face { stroke: var(--face); } .dots.mouth { stroke: var(--mouth); }
        .row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; }
        .picture { position: relative; } .picture img { display: block; width: 100%; height: auto; }
        .mouths img { image-rendering: pixelated; }
        @media (max-width: 640px) { .mouths { grid-template-columns: 1fr; } .mouths figure { margin: 4px 0; }
          table { font-size: 13px; } th, td { padding-right: 8px; } td:nth-child(2), th { white-space: normal; } }
        .picture svg { position: absolute; inset: 0; } .mark { fill: none; stroke: #ffffff; stroke-opacity: 0.7;
          vector-effect: non-scaling-stroke; }
        """
}
