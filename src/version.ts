import manifest from "../package.json" with { type: "json" };

/** Of herald24, as it names itself to the outside. */
export const VERSION: string = manifest.version;
