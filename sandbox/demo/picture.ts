import { crc32, deflateSync } from "node:zlib";

const WIDTH = 640;
const HEIGHT = 360;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

type Colour = readonly [number, number, number];

const PAPER: Colour = [0xf6, 0xf7, 0xf9];
const GRID: Colour = [0xe1, 0xe5, 0xea];
const PASSED: Colour = [0x3f, 0xa3, 0x66];
const FAILED: Colour = [0xd6, 0x45, 0x45];
/** Heights of the bars in pixels: minutes that recent builds took, the last of which failed. */
const BARS = [150, 132, 170, 144, 158, 140, 176, 90];
const BAR_STEP = 72;
const FLOOR = 320;

/** A bar chart of recent builds, as somebody would screenshot it: a PNG of 640 by 360. */
export function buildChart(): Buffer {
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) rows.set(colourAt(x, y), y * (1 + WIDTH * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // Eight bits a channel, red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function colourAt(x: number, y: number): Colour {
  const place = Math.floor((x - 40) / BAR_STEP);
  const inBar = x >= 40 && (x - 40) % BAR_STEP < 48;
  const height = BARS[place];
  if (inBar && height !== undefined && y < FLOOR && y >= FLOOR - height * 1.5) {
    return place === BARS.length - 1 ? FAILED : PASSED;
  }
  return y <= FLOOR && y % 40 === 0 ? GRID : PAPER;
}

/** PNG: length, type, content, and a checksum over the latter two. */
function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
