// What viewer and modeler share.
export async function fetchText(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.text();
}

const LEGIBLE = 0.6; // below this the texts of a diagram cannot be read

// The whole diagram, or, where that would be too small to read, the surroundings of one element.
export function showAround(viewer, id) {
  const canvas = viewer.get('canvas');
  const element = id && viewer.get('elementRegistry').get(id);
  if (element && canvas.zoom() < LEGIBLE) canvas.zoom(0.9, 'auto');
  // On the left stands the editor's palette, on the right are the buttons.
  if (element) canvas.scrollToElement(element, { top: 100, right: 180, bottom: 100, left: 180 });
}

export function zoomButtons(host, viewer, labels = host.dataset) {
  const canvas = viewer.get('canvas');
  const bar = document.createElement('div');
  bar.className = 'diagram-zoom btn-group';
  const add = (label, sign, act) => {
    if (!label) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-outline-secondary';
    button.setAttribute('aria-label', label);
    button.title = label;
    button.textContent = sign;
    button.addEventListener('click', act);
    bar.append(button);
  };
  add(labels.zoomIn, '+', () => canvas.zoom(canvas.zoom() * 1.25));
  add(labels.zoomOut, '−', () => canvas.zoom(canvas.zoom() / 1.25));
  add(labels.zoomFit, '⤢', () => canvas.zoom('fit-viewport', 'auto'));
  if (bar.childElementCount) host.prepend(bar);
}
