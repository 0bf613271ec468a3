// What belongs to an element without being drawn: its event definitions, its loop, its data object, what it refers to by name.
import { is } from 'bpmn-js/lib/util/ModelUtil';

export const TIMERS = ['timeDuration', 'timeDate', 'timeCycle'];

// What events and tasks refer to by name; each stands at the top of the file.
export const NAMED = {
  message: { type: 'bpmn:Message', ref: 'messageRef', code: 'name', tasks: ['bpmn:SendTask', 'bpmn:ReceiveTask'] },
  signal: { type: 'bpmn:Signal', ref: 'signalRef', code: 'name', tasks: [] },
  error: { type: 'bpmn:Error', ref: 'errorRef', code: 'errorCode', tasks: [] },
  escalation: { type: 'bpmn:Escalation', ref: 'escalationRef', code: 'escalationCode', tasks: [] },
};

export const definitionOf = (element, type) =>
  (element.businessObject.get('eventDefinitions') ?? []).find((definition) => definition.$type === type);

// What holds the reference: the task itself, or the event's definition.
export function referrer(element, kind) {
  if (NAMED[kind].tasks.some((type) => is(element, type))) return element.businessObject;
  return definitionOf(element, `${NAMED[kind].type}EventDefinition`);
}

export function fileOf(object) {
  return object.$parent ? fileOf(object.$parent) : object;
}

const processOf = ({ businessObject }) => {
  if (businessObject.$type === 'bpmn:Participant') return businessObject.get('processRef');
  return businessObject.$type === 'bpmn:Process' ? businessObject : undefined;
};

const loopOf = (type) => (element) => {
  const loop = is(element, 'bpmn:Activity') ? element.businessObject.get('loopCharacteristics') : undefined;
  return loop?.$type === type ? loop : undefined;
};

export const HOLDERS = {
  ...Object.fromEntries(Object.keys(NAMED).map((kind) => [kind, (element) => referrer(element, kind)?.get(NAMED[kind].ref)])),
  timer: (element) => definitionOf(element, 'bpmn:TimerEventDefinition'),
  conditional: (element) => definitionOf(element, 'bpmn:ConditionalEventDefinition'),
  link: (element) => definitionOf(element, 'bpmn:LinkEventDefinition'),
  compensation: (element) =>
    (is(element, 'bpmn:ThrowEvent') ? definitionOf(element, 'bpmn:CompensateEventDefinition') : undefined),
  instances: loopOf('bpmn:MultiInstanceLoopCharacteristics'),
  loop: loopOf('bpmn:StandardLoopCharacteristics'),
  data: ({ businessObject }) =>
    (businessObject.$type === 'bpmn:DataObjectReference' ? businessObject.get('dataObjectRef') : undefined),
  process: processOf,
};

// A part of the panel may be for what holds something, besides for types of elements.
export const PARTS = {
  ...HOLDERS,
  ...Object.fromEntries(Object.keys(NAMED).flatMap((kind) => [
    [`refers-to-${kind}`, (element) => referrer(element, kind)],
    [kind, HOLDERS[kind]],
  ])),
  interrupts: ({ businessObject }) =>
    (businessObject.$type === 'bpmn:StartEvent' && businessObject.$parent?.get('triggeredByEvent') ? businessObject : undefined),
  decides: (element) =>
    (['bpmn:Activity', 'bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ComplexGateway'].some((type) => is(element, type))
      ? element : undefined),
};
