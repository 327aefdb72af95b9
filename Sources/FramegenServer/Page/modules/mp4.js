// Reads as much of an MP4 as Media Source has to be told.

const containers = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

/**
 * Looks for a whole initialisation segment at the start of the bytes.
 *
 * Returns its length and the codecs of its tracks as Media Source names them, or null while bytes are missing.
 */
export function initSegment(bytes) {
  for (const box of boxes(bytes, 0, bytes.length)) {
    if (box.end > bytes.length) return null;
    if (box.type === "moov") return { length: box.end, codecs: codecs(bytes, box.start, box.end) };
  }
  return null;
}

function* boxes(bytes, start, end) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  while (at + 8 <= end) {
    const size = view.getUint32(at);
    if (size < 8) return;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, start: at + 8, end: at + size };
    at += size;
  }
}

function codecs(bytes, start, end) {
  return [...boxes(bytes, start, end)].flatMap((box) => {
    if (containers.has(box.type)) return codecs(bytes, box.start, box.end);
    // Version, flags and the number of entries come first.
    if (box.type === "stsd") return [...boxes(bytes, box.start + 8, box.end)].map((entry) => codec(bytes, entry));
    return [];
  });
}

function codec(bytes, entry) {
  const isVideo = entry.type.startsWith("avc");
  const configuration = [...boxes(bytes, entry.start + (isVideo ? 78 : 28), entry.end)]
    .find((box) => box.type === (isVideo ? "avcC" : "esds"));
  if (!configuration) return entry.type;
  if (isVideo) {
    const profile = bytes.subarray(configuration.start + 1, configuration.start + 4);
    return `${entry.type}.${[...profile].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  return `${entry.type}.${audioObjectTypes(bytes.subarray(configuration.start + 4, configuration.end))}`;
}

/** The part of `mp4a.40.2` after the first point, from the descriptors of an elementary stream. */
function audioObjectTypes(bytes) {
  let at = 0;
  let types = "40.2";
  while (at < bytes.length) {
    const tag = bytes[at++];
    while (bytes[at++] & 0x80);
    if (tag === 0x03) {
      const flags = bytes[at + 2];
      at += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x40 ? 1 + bytes[at + 3] : 0) + (flags & 0x20 ? 2 : 0);
    } else if (tag === 0x04) {
      types = bytes[at].toString(16);
      at += 13;
    } else if (tag === 0x05) {
      return `${types}.${bytes[at] >> 3}`;
    } else {
      break;
    }
  }
  return types;
}
