import { createReadStream } from "node:fs";
import type { Metadata } from "sharp";
import { surveyJpeg, surveyPng } from "./bare.ts";
import { decode, MOST_PIXELS, type Sharp } from "./decoder.ts";

/** What is known of a picture before a pixel of it is decoded. */
export interface Seen {
  readonly format: "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff";
  /** Of one frame, as stored, not yet turned upright. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly hasAlpha: boolean;
  /** JPEG only: colour was stored with half the resolution already. */
  readonly halvedColour: boolean;
  /** Every client shows it and it holds nothing but pixels. */
  readonly isBare: boolean;
}

/** Absent: no picture for us, or more pixels than allowed. @throws What the decoder throws at broken files. */
export async function look(sharp: Sharp, path: string, mime: string): Promise<Seen | undefined> {
  const found = await decode(sharp, path).metadata();
  const format = formatOf(found);
  // A type that the decoder sees otherwise than the sniffer is a trap for one of the two, or for the recipient's client.
  if (format === undefined || mime !== `image/${format}`) return undefined;
  const { width, height, hasAlpha } = found;
  const frames = format === "avif" ? 1 : (found.pages ?? 1);
  if (format === "tiff" && frames > 1) return undefined;
  if (width * height * frames > MOST_PIXELS) return undefined;
  const isBare = await isBareFile(path, format, width * height);
  const halvedColour = found.chromaSubsampling === "4:2:0";
  return { format, width, height, frames, hasAlpha, halvedColour, isBare };
}

function formatOf({ format, compression }: Metadata): Seen["format"] | undefined {
  switch (format) {
    case "jpeg":
    case "png":
    case "webp":
    case "gif":
    case "tiff":
      return format;
    case "heif":
      return compression === "av1" ? "avif" : undefined;
    default:
      return undefined;
  }
}

async function isBareFile(path: string, format: Seen["format"], framePixels: number): Promise<boolean> {
  if (format === "jpeg") return (await surveyJpeg(createReadStream(path))).isBare;
  if (format !== "png") return false;
  const { isBare, frames } = await surveyPng(createReadStream(path));
  return isBare && frames * framePixels <= MOST_PIXELS;
}
