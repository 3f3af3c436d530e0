/** Whole words first, so that `1st` is never read as the number 1. */
const TOKEN = /[a-z]+|\d+(?:st|nd|rd|th)|\d+:\d+|\d+|,|\S/g;

/** The words of a schedule, read from left to right. */
export class Tokens {
  readonly #words: string[];
  #at = 0;

  constructor(text: string) {
    this.#words = text.match(TOKEN) ?? [];
  }

  /** The word that comes, or the empty text at the end. */
  peek(ahead = 0): string {
    return this.#words[this.#at + ahead] ?? '';
  }

  next(): string {
    return this.#words[this.#at++] ?? '';
  }

  /** Takes the word if it is the one that comes. */
  accept(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#at++;
    return true;
  }

  expect(...words: string[]): string {
    if (words.includes(this.peek())) return this.next();
    return this.refuse(words.map((word) => `"${word}"`).join(' or '));
  }

  /** Throws what was expected and what is there instead. */
  refuse(expected: string): never {
    throw new Error(`expected ${expected} ${this.peek() ? `instead of "${this.peek()}"` : 'at the end'}`);
  }
}
