// The tokenizer in AssemblyScript. See ../wit/tokenize.wit.
//
// Its strings are UTF-16, which the canonical ABI can carry as they are: the component is built with `--encoding utf16`.
// An AssemblyScript export cannot have the name that the canonical ABI asks for; build.py renames the two functions below.

// What the caller reads after `tokenize` has returned. A global keeps it from the garbage collector until then.
let words: string[] = [];
let items = new StaticArray<usize>(0);
const result = new StaticArray<usize>(2);

// Where the caller put the argument: a block that we did not allocate by `new`, and so have to free ourselves.
let argument: usize = 0;

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  argument = old == 0 ? heap.alloc(size) : heap.realloc(old, size); // aligned to 16 bytes, more than a string needs
  return argument;
}

export function tokenize(data: usize, length: usize): usize {
  const text = String.UTF16.decodeUnsafe(data, length << 1);
  for (let i = 0; i < text.length; ) {
    if (isSpace(text.charCodeAt(i))) {
      i++;
      continue;
    }
    const start = i;
    while (i < text.length && !isSpace(text.charCodeAt(i))) i++;
    words.push(text.substring(start, i));
  }

  // A `word` is three numbers in memory: the address of the text, its length in units, and the field `length`.
  items = new StaticArray<usize>(words.length * 3);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    items[i * 3] = changetype<usize>(word);
    items[i * 3 + 1] = word.length;
    items[i * 3 + 2] = word.length;
  }
  result[0] = changetype<usize>(items);
  result[1] = words.length;
  return changetype<usize>(result);
}

// The caller has read the answer.
export function tokenizeDone(answer: usize): void {
  words = [];
  items = new StaticArray<usize>(0);
  if (argument != 0) heap.free(argument);
  argument = 0;
  __collect();
}

function isSpace(unit: i32): bool {
  return unit == 0x20 || (unit >= 0x09 && unit <= 0x0d);
}
