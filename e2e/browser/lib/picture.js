// A file for journeys that send one.

/** A picture that is worth looking at. */
export async function picture(page, name) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [600, 300];
    const context = canvas.getContext('2d');
    const sky = context.createLinearGradient(0, 0, 600, 300);
    sky.addColorStop(0, '#234');
    sky.addColorStop(1, '#c64');
    context.fillStyle = sky;
    context.fillRect(0, 0, 600, 300);
    return canvas.toDataURL('image/png');
  });
  return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1], 'base64') };
}
