// The diagram editor. The page is made by the macro in components/modeler.html, which holds every text and every form field;
// here they are only filled and read.
import Modeler from 'bpmn-js/lib/Modeler';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';

import congnhan from '../moddle/congnhan.json';
import { fetchText, zoomButtons } from './diagram.js';
import { goTo, showFindings } from './modeler/findings.js';
import { startPanel } from './modeler/panel.js';
import { saveWith } from './modeler/save.js';
import { translation } from './modeler/translation.js';

async function edit(host) {
  const stage = host.querySelector('.diagram-stage');
  const modeler = new Modeler({
    container: stage,
    moddleExtensions: { camunda, cn: congnhan },
    additionalModules: [translation(document.documentElement.lang)],
  });
  try {
    await modeler.importXML(await fetchText(host.dataset.xml));
  } catch (error) {
    host.querySelector('[data-failed]').hidden = false;
    stage.remove();
    console.warn(error);
    return;
  }
  modeler.get('canvas').zoom('fit-viewport', 'auto');
  zoomButtons(host.querySelector('.diagram-frame'), modeler, host.dataset);
  startPanel(host.querySelector('[data-panel]'), modeler);
  showFindings(host, modeler);
  saveWith(host.querySelector('form[data-save]'), modeler);
  const asked = decodeURIComponent(window.location.hash.slice(1));
  if (asked && modeler.get('elementRegistry').get(asked)) goTo(modeler, asked);
  host.dataset.ready = 'true';
}

document.querySelectorAll('[data-bpmn-modeler]').forEach(edit);
