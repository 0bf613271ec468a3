// Shows a diagram and where a case stands in it.
//   <div data-bpmn-viewer data-xml="/…/xml" data-marks="/…/marks"
//        data-label-active="…" data-failed="…" data-zoom-in="…" data-zoom-out="…" data-zoom-fit="…"></div>
// The marks are JSON: {"active": [ids], "visited": [ids], "incident": [ids]}; all parts may be missing.
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

async function show(host) {
  const stage = document.createElement('div');
  stage.className = 'diagram-stage';
  host.append(stage);
  const viewer = new NavigatedViewer({ container: stage });
  try {
    await viewer.importXML(await fetchText(host.dataset.xml));
    const marks = host.dataset.marks ? JSON.parse(await fetchText(host.dataset.marks)) : {};
    mark(viewer, marks);
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
