/**
 * The words of a text, in the form in which photos are found by them: NFKC, folded case, without the marks that writers
 * leave out. Scripts without blanks are divided by the dictionaries of ICU. What is no letter, digit or emoji separates.
 */
export function* wordsOf(text: string): Generator<string> {
  for (const [token] of foldText(text).matchAll(TOKEN)) {
    if (!WITHOUT_BLANKS.test(token)) yield shortened(token);
    else for (const { segment, isWordLike } of segmented(token)) if (isWordLike) yield shortened(segment);
  }
}

/** A text in the form in which texts are compared. Its words are those of the text. */
export function foldText(text: string): string {
  // Of plain texts, which most are, only the case differs.
  if (ASCII.test(text)) return text.toLowerCase();
  // By way of the capital letter, `ß` becomes `ss`, and the `ı` without its dot becomes `i`.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase();
  return folded.normalize('NFD').replaceAll(LEFT_OUT, '').replaceAll('ς', 'σ').normalize('NFC');
}

// eslint-disable-next-line no-control-regex -- The range begins with NUL.
const ASCII = /^[\0-\x7f]*$/;

/**
 * Accents, points of Hebrew, vowels and hamzas of Arabic, variation selectors, and the stroke that stretches Arabic lines.
 * Marks of other scripts are parts of their letters: without them, different words of Thai or Japanese are the same.
 */
const LEFT_OUT =
  /[\p{M}&&[\p{scx=Inherited}\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}\p{scx=Hebrew}\p{scx=Arabic}]]|\u0640/gv;

/** A month such as `2019-07`, letters and digits with their marks, a flag, an emoji. */
const TOKEN =
  /(?<![\p{L}\p{M}\p{N}-])\d{4}-\d{2}(?![\p{L}\p{M}\p{N}-])|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*|\p{RI}{2}|\p{Extended_Pictographic}/gu;

const WITHOUT_BLANKS =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/** The segmenter loads its dictionaries with the first text that needs them. */
const segmented = (text: string) => (segmenter ??= new Intl.Segmenter('en', { granularity: 'word' })).segment(text);

/** In UTF-16 units. A longer word is found by its beginning. */
const LONGEST_WORD = 40;

const shortened = (word: string) =>
  word.length <= LONGEST_WORD ? word : word.slice(0, LONGEST_WORD).replace(/[\ud800-\udbff]$/, '');
