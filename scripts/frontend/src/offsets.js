// The one place where offsets are converted: JavaScript counts UTF-16 code units, the graph counts code points. They differ
// behind every character beyond the Basic Multilingual Plane, such as an emoji, which is two units and one point.

export function offsetsOf(text) {
  const wide = []; // the units at which characters of two units begin
  for (let unit = text.search(/[\u{10000}-\u{10ffff}]/u); unit >= 0 && unit < text.length; unit++) {
    if (text.codePointAt(unit) > 0xffff) wide.push(unit++);
  }
  // How many of the first `wide` characters begin before a place; `shift` tells how far each stands from where it is counted.
  const before = (place, shift) => {
    let low = 0;
    for (let high = wide.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (wide[middle] - shift * middle < place) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    toPoint: (unit) => unit - before(unit, 0),
    toUnit: (point) => point + before(point, 1),
    length: text.length - wide.length,
  };
}
