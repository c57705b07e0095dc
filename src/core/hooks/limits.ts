/** What one request may hold. Longer texts are cut, and it is said; more alerts than this are refused. */
export const MOST_ALERTS = 2_000;
export const TITLE_LIMIT = 300;
export const TEXT_LIMIT = 10_000;
export const FIELD_NAME_LIMIT = 100;
export const FIELD_VALUE_LIMIT = 1_000;
export const MOST_FIELDS = 50;
export const MOST_TAGS = 20;
export const TAG_LIMIT = 256;
export const KEY_LIMIT = 1_000;
export const LINK_LIMIT = 2_048;
export const DELIVERY_LIMIT = 255;
