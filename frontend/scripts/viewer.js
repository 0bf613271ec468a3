// Shows a diagram and where a case stands in it.
//   <div data-bpmn-viewer data-xml="/…/xml" data-marks="/…/marks"
//        data-label-active="…" data-failed="…" data-zoom-in="…" data-zoom-out="…" data-zoom-fit="…"></div>
// The marks are JSON: {"active": [ids], "visited": [ids], "incident": [ids], "tokens": {id: count}}; all parts may be missing.
// They may stand in the page itself instead: data-marks-here="{…}"; data-label-tokens says what a token's number counts.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { fetchText, showAround, zoomButtons } from './diagram.js';

const KINDS = ['visited', 'active', 'incident'];

function mark(viewer, marks) {
  const canvas = viewer.get('canvas');
  const elements = viewer.get('elementRegistry');
  for (const kind of KINDS) {
    for (const id of marks[kind] ?? []) if (elements.get(id)) canvas.addMarker(id, `is-${kind}`);
  }
}

// A badge with its number at each node where tokens stand.
function badges(viewer, tokens, label) {
  const elements = viewer.get('elementRegistry');
  for (const [id, count] of Object.entries(tokens)) {
    if (!elements.get(id)) continue;
    const badge = document.createElement('span');
    badge.className = 'token-badge';
    badge.textContent = String(count);
    badge.title = `${label}: ${count}`;
    badge.dataset.token = id;
    viewer.get('overlays').add(id, 'token', { position: { top: -16, left: -16 }, html: badge });
  }
}

async function marksOf(host) {
  if (host.dataset.marksHere) return JSON.parse(host.dataset.marksHere);
  return host.dataset.marks ? JSON.parse(await fetchText(host.dataset.marks)) : {};
}

async function show(host) {
  const stage = document.createElement('div');
  stage.className = 'diagram-stage';
  host.append(stage);
  const viewer = new NavigatedViewer({ container: stage });
  try {
    await viewer.importXML(await fetchText(host.dataset.xml));
    const marks = await marksOf(host);
    mark(viewer, marks);
    badges(viewer, marks.tokens ?? {}, host.dataset.labelTokens ?? '');
    viewer.get('canvas').zoom('fit-viewport', 'auto');
    showAround(viewer, marks.active?.[0]);
    zoomButtons(host, viewer);
    host.dataset.ready = 'true';
  } catch (error) {
    stage.remove();
    const text = document.createElement('p');
    text.setAttribute('role', 'alert');
    text.textContent = host.dataset.failed ?? '';
    host.append(text);
    console.warn(error);
  }
}

document.querySelectorAll('[data-bpmn-viewer]').forEach(show);
