/** The text of one object of a JSON file and its first line, or the problem at this place of the file. */
export type JsonElement = { readonly text: string; readonly line: number; readonly problem?: string };

/** Takes text piece by piece and returns the objects in it. */
type JsonSplitter = {
  push(text: string): readonly JsonElement[];
  end(): readonly JsonElement[];
};

/** A longer object probably has a brace that is never closed. */
const longestElement = 8 * 1024 * 1024;

/**
 * Splits JSON into its outermost objects: the elements of a list, or objects one after another.
 *
 * `JSON.parse` needs the whole text, and streaming parsers stop at the first mistake and count no lines. Braces and quotes
 * are enough to find the end of an object, so a mistake inside one object spoils only that object.
 */
export function createJsonSplitter(): JsonSplitter {
  const state: State = { line: 1, depth: 0, lists: 0, isInString: false, isEscaped: false, open: undefined, found: [] };
  return {
    push(text) {
      scan(text, state);
      if (state.open && state.open.text.length > longestElement) abandon(state);
      return state.found.splice(0);
    },
    end() {
      const { open, lists, found, line } = state;
      if (open) found.push({ ...open, problem: 'the object in braces that begins here has no end' });
      else if (lists > 0)
        found.push({ text: '', line, problem: 'the list in brackets has no end: the file is cut off' });
      return found.splice(0);
    },
  };
}

type State = {
  line: number;
  /** How many braces and brackets are open inside the outermost object. */
  depth: number;
  /** How many brackets are open around the outermost object. */
  lists: number;
  isInString: boolean;
  /** The last character was a backslash. */
  isEscaped: boolean;
  open: { text: string; readonly line: number } | undefined;
  readonly found: JsonElement[];
};

/** The characters that decide where an object ends; `JSON.parse` checks the rest. */
const landmark = /["{}[\]\n\\]/g;

function scan(text: string, state: State): void {
  let from = 0;
  landmark.lastIndex = state.isEscaped ? 1 : 0;
  state.isEscaped = false;
  for (let match = landmark.exec(text); match; match = landmark.exec(text)) {
    const { index } = match;
    const sign = match[0];
    if (state.isInString && sign === '\\') {
      landmark.lastIndex = index + 2;
      state.isEscaped = index + 1 === text.length;
    } else if (state.open) {
      if (!passInside(sign, state)) continue;
      state.found.push({ ...state.open, text: state.open.text + text.slice(from, index + 1) });
      state.open = undefined;
      from = index + 1;
    } else {
      noteStray(text.slice(from, index), state);
      from = sign === '{' ? index : index + 1;
      passOutside(sign, state);
    }
  }
  if (state.open) state.open.text += text.slice(from);
  else noteStray(text.slice(from), state);
}

/** Passes a character inside an object. Returns whether the object ends with it. */
function passInside(sign: string, state: State): boolean {
  if (sign === '\n') state.line++;
  else if (sign === '"') state.isInString = !state.isInString;
  else if (!state.isInString && (sign === '{' || sign === '[')) state.depth++;
  else if (!state.isInString && (sign === '}' || sign === ']')) state.depth--;
  return state.depth === 0;
}

function passOutside(sign: string, state: State): void {
  if (sign === '\n') state.line++;
  else if (sign === '[') state.lists++;
  else if (sign === ']' && state.lists > 0) state.lists--;
  else if (sign === '{') {
    state.open = { text: '', line: state.line };
    state.depth = 1;
  } else noteStray(sign, state);
}

/** Only commas and white space may be between objects. Anything else is reported, once for each line. */
function noteStray(text: string, { found, line }: State): void {
  if (!/[^\s,]/.test(text) || (found.at(-1)?.problem !== undefined && found.at(-1)?.line === line)) return;
  found.push({ text: '', line, problem: `"${text.trim().slice(0, 80)}" is not part of an object in braces` });
}

function abandon(state: State): void {
  const { line } = state.open ?? state;
  state.found.push({
    text: '',
    line,
    problem: `an object has more than ${longestElement} characters; is it never closed?`,
  });
  state.open = undefined;
  state.isInString = false;
}
