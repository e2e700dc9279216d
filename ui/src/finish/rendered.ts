/** How the bytes of a rendered picture begin; engine's `RenderedHead`. */
export type RenderedHead = { width: number; height: number; warnings: string[] };

export type Rendered = RenderedHead & { pixels: Uint8ClampedArray<ArrayBuffer> };

/** 4 bytes of length (little-endian), the head as JSON, straight RGBA. */
export function decode(bytes: ArrayBuffer): Rendered {
  const length = new DataView(bytes).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as RenderedHead;
  return { ...head, pixels: new Uint8ClampedArray(bytes, 4 + length, head.width * head.height * 4) };
}

export function imageOf({ width, height, pixels }: Rendered): ImageData {
  return new ImageData(pixels, width, height);
}
