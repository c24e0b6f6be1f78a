// Readable text on any number plate: black or white, whichever contrasts more (WCAG relative luminance).

/** `#rrggbb` → `#000000` or `#ffffff`; null for anything else, so that the theme's own colours stay. */
export function textOn(plate) {
  const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(plate ?? "");
  if (!channels) return null;
  const [r, g, b] = channels.slice(1).map((hex) => linear(parseInt(hex, 16) / 255));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff";
}

function linear(channel) {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
