/** What the service answered that no state of the model explains. */
export class Unexplained extends Error {}
