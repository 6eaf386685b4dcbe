// The tokenizer in JavaScript. See ../wit/tokenize.wit; `length` counts units of UTF-16, as everywhere in JavaScript.
export const tokenize = {
  tokenize(text) {
    const words = text.match(/[^ \t-\r]+/g) ?? [];
    return words.map((word) => ({ text: word, length: word.length }));
  },
};
