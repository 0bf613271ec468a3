// What viewer and modeler share.
export async function fetchText(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.text();
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
