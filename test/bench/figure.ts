/** One measured number beside what it is held against. */
export interface Figure {
  /** Where one measurement gives several figures. */
  name?: string;
  /** What was done to get the number, in a few words. */
  what: string;
  value: number;
  unit: string;
  /** The same without this program, or the limit, in the same unit and measured in the same run. */
  reference?: { what: string; value: number };
  /** The target for `value / reference`. */
  aim?: { is: 'at least' | 'at most'; ratio: number };
}

/** The figure as one line: name, value, reference, ratio, aim, and whether the aim is met. */
export function describeFigure(name: string, { what, value, unit, reference, aim }: Figure): string {
  const parts = [`${name.padEnd(18)} ${rounded(value)} ${unit}`];
  if (reference) parts.push(`reference ${rounded(reference.value)} ${unit} (${reference.what})`);
  if (reference && aim) {
    const ratio = value / reference.value;
    const met = aim.is === 'at least' ? ratio >= aim.ratio : ratio <= aim.ratio;
    parts.push(`ratio ${ratio.toFixed(3)}`, `aim ${aim.is} ${aim.ratio}`, met ? 'met' : 'MISSED');
  }
  return `${parts.join(' | ')} | ${what}`;
}

/** Three digits that count, or all before the point. */
function rounded(value: number): string {
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(value))));
}
