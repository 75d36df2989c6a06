// Axes: limits, round numbers for their marks, and from values to places in a picture.

export function ticks(low, high, about = 5, whole = false) {
  const rough = Math.max((high - low) / about || 1, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (whole ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]).find((each) => each * power >= rough * (1 - 1e-9)) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

// Limits of values, with room around them; 0 is inside where it is near
export function limits(values, fromZero) {
  const known = values.filter((value) => Number.isFinite(value));
  if (!known.length) return [0, 1];
  let low = Math.min(...known), high = Math.max(...known);
  if (fromZero || (low > 0 && low < 0.5 * high)) low = Math.min(0, low);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const room = 0.05 * (high - low);
  return [low === 0 ? 0 : low - room, high + room];
}

export function linear([low, high], [from, to]) {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

// Values along x: numbers, or names in their order
export function along(series, pixels, kind) {
  const all = series.flatMap((each) => each.points.map((point) => point[0]));
  const named = kind === "bars" || all.some((value) => typeof value !== "number");
  if (!named) {
    const low = kind === "steps" ? Math.min(0, ...all) : Math.min(...all);
    const range = Math.max(...all) > low ? [low, Math.max(...all)] : [low - 0.5, low + 0.5];
    return { place: linear(range, pixels), marks: ticks(...range, 5, all.every(Number.isInteger)).map((value) => [value, value]) };
  }
  const names = [...new Set(all)];
  const width = (pixels[1] - pixels[0]) / Math.max(1, names.length);
  const place = (name) => pixels[0] + (names.indexOf(name) + 0.5) * width;
  const every = Math.ceil(names.length / 12);
  return { place, width, marks: names.filter((_, k) => k % every === 0).map((name) => [name, name]) };
}
