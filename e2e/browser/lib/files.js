// Files for journeys that send some.

/** A picture that is worth looking at, of this many pixels. */
export async function picture(page, name, size = [600, 300]) {
  const url = await page.evaluate(([width, height]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d');
    const sky = context.createLinearGradient(0, 0, width, height);
    sky.addColorStop(0, '#234');
    sky.addColorStop(1, '#c64');
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);
    return canvas.toDataURL('image/png');
  }, size);
  return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1], 'base64') };
}

/** Drops a text file on a field, or pastes it there. */
export function hand(field, kind, name) {
  return field.evaluate((it, [type, called]) => {
    const carried = new DataTransfer();
    carried.items.add(new File(['what I wrote down'], called, { type: 'text/plain' }));
    const told = { bubbles: true, cancelable: true };
    const event = type === 'paste'
      ? new ClipboardEvent('paste', { ...told, clipboardData: carried })
      : new DragEvent(type, { ...told, dataTransfer: carried });
    it.dispatchEvent(event);
  }, [kind, name]);
}
