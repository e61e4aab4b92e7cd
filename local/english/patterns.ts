/** A habit of language that is not plain English, and how often it may occur in 1,000 words. */
type Habit = {
  readonly name: string;
  /** Global, so that its matches can be counted. */
  readonly pattern: RegExp;
  readonly instead: string;
  readonly mostPerThousand: number;
};

/**
 * The habits that are counted. The limits are what six well-written projects have in their comments: some of these
 * phrases are right now and then, so that none of them is forbidden but by its frequency.
 */
export const habits: readonly Habit[] = [
  { name: 'Gives', pattern: /\bGives\b/g, instead: 'Returns', mostPerThousand: 0.1 },
  { name: 'Tells', pattern: /\bTells\b/g, instead: 'Reports whether, Returns', mostPerThousand: 0.1 },
  {
    name: 'where it ...',
    pattern:
      /\bwhere (?:it|they|that|this|there|one|none|nothing|nobody|somebody|all|both|no|not|an?|the \w+ (?:is|has|was|are|does))\b/gi,
    instead: 'if',
    mostPerThousand: 0.6,
  },
  { name: 'what is ...', pattern: /\bwhat (?:is|are|was|were|has|had)\b/gi, instead: 'a noun', mostPerThousand: 0.6 },
  {
    name: 'who as a noun',
    pattern: /\b(?:whoever|whatever|(?<![,\w] |and )Who (?!(?:is|has|holds|gets|can|are) [^.]*\?))/g,
    instead: 'a noun',
    mostPerThousand: 0.3,
  },
  {
    name: 'nobody, somebody',
    pattern: /\b(?:nobody|somebody|somebody else)\b/gi,
    instead: 'no object, another export',
    mostPerThousand: 0.2,
  },
  {
    name: 'old words',
    pattern: /\b(?:stands|mends?|mended|mending|lies|anew|of which|of whom|thereby|therein|hitherto|is said to)\b/gi,
    instead: 'is, repairs, is in, again, whose',
    mostPerThousand: 0.2,
  },
  {
    name: 'given up',
    pattern: /\b(?:gives?|gave|given|giving)(?: \w+){0,2} (?:up|back)\b/gi,
    instead: 'vacates, released',
    mostPerThousand: 0.3,
  },
  {
    name: 'asks for a value',
    pattern: /\b(?:ask(?:s|ed|ing)? for|asked-for)\b/gi,
    instead: 'desires',
    mostPerThousand: 0.4,
  },
  {
    name: 'as it should be',
    pattern: /\b(?:as (?:it|they) should be|as it is|as they are|comes of it|what becomes of|became of)\b/gi,
    instead: 'say what is wrong, or what happens',
    mostPerThousand: 0.3,
  },
];
