// Runs the extension in editors/vscode, with VS Code's own client library in it, in a stand-in
// for the editor: one that has a single document open and shows nothing.
// Prints what the editor would have shown, one line of JSON each.
"use strict";

const fs = require("fs");
const Module = require("module");
const path = require("path");

const [server, file] = process.argv.slice(2);
const none = () => ({ dispose() {} });
const log = (entry) => console.log(JSON.stringify(entry));

// What the library asks the editor for and we have no answer to: a name for it is good enough.
function standIn(name, known = {}) {
  function thing(...values) {
    if (!new.target) return standIn(`${name}()`);
    this.values = values;
  }
  return new Proxy(thing, {
    get(target, key) {
      if (key in known) return known[key];
      if (typeof key === "symbol" || key === "then" || Object.hasOwn(target, key)) {
        return target[key];
      }
      if (/^on[A-Z]|^register|^create/.test(key)) return () => standIn(key, { dispose() {} });
      return (target[key] = standIn(`${name}.${key}`));
    },
  });
}

class EventEmitter {
  constructor() {
    this.listeners = [];
    this.event = (listener) => (this.listeners.push(listener), none());
  }
  fire(value) { this.listeners.forEach((listener) => listener(value)); }
  dispose() {}
}
class Uri {
  constructor(text) {
    this.text = text;
    this.scheme = text.split(":")[0];
    this.fsPath = text.replace("file://", "");
  }
  toString() { return this.text; }
  static parse(text) { return new Uri(text); }
  static file(name) { return new Uri(`file://${name}`); }
}
class Position {
  constructor(line, character) { Object.assign(this, { line, character }); }
}
class Range {
  constructor(...at) {
    const [start, end] =
      at.length === 4 ? [new Position(at[0], at[1]), new Position(at[2], at[3])] : at;
    Object.assign(this, { start, end });
  }
}
class Diagnostic {
  constructor(range, message, severity) { Object.assign(this, { range, message, severity }); }
}
class CodeAction {
  constructor(title, kind) { Object.assign(this, { title, kind }); }
}
class CodeActionKind {
  constructor(value) { this.value = value; }
  append(part) { return new CodeActionKind(this.value ? `${this.value}.${part}` : part); }
  contains(other) { return `${other.value}.`.startsWith(`${this.value}.`); }
}
CodeActionKind.Empty = new CodeActionKind("");
CodeActionKind.QuickFix = new CodeActionKind("quickfix");
class TextEdit {
  constructor(range, newText) { Object.assign(this, { range, newText }); }
}
class WorkspaceEdit {
  constructor() { this.edits = []; }
  set(uri, edits) { this.edits.push(...edits.map((edit) => edit[0] ?? edit)); }
}
class CancellationTokenSource {
  constructor() { this.token = { isCancellationRequested: false, onCancellationRequested: none }; }
  cancel() {}
  dispose() {}
}
const text = fs.readFileSync(file, "utf8");
const document = {
  uri: Uri.file(file),
  fileName: file,
  languageId: "python",
  version: 1,
  isClosed: false,
  lineCount: text.split("\n").length,
  getText: () => text,
};

let provider;
let published;
const shown = new Promise((resolve) => (published = resolve));

const vscode = standIn("vscode", {
  version: "1.91.0",
  env: { appName: "stand-in", language: "en" },
  Uri, Position, Range, Diagnostic, CodeAction, CodeActionKind, TextEdit, WorkspaceEdit,
  CancellationTokenSource, EventEmitter,
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
  languages: standIn("languages", {
    match: () => 10,
    createDiagnosticCollection: () => ({
      set: (uri, diagnostics) => published(diagnostics),
      delete() {}, clear() {}, dispose() {},
    }),
    registerCodeActionsProvider: (selector, given) => ((provider = given), none()),
  }),
  workspace: standIn("workspace", {
    textDocuments: [document],
    notebookDocuments: [],
    workspaceFolders: undefined,
    getConfiguration: () => ({ get: (key, usual) => (key === "path" ? server : usual), inspect() {} }),
  }),
  window: standIn("window", {
    visibleTextEditors: [{ document }],
    activeTextEditor: undefined,
    tabGroups: { all: [], onDidChangeTabs: none },
    showErrorMessage: async (message) => log({ error: message }),
    createOutputChannel: () => standIn("channel", {
      onDidChangeLogLevel: none,
      error: (...message) => log({ error: message }),
      append() {}, appendLine() {}, info() {}, warn() {}, debug() {}, trace() {}, dispose() {},
    }),
  }),
});

const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
const extension = require(path.resolve(__dirname, "../../../editors/vscode/dist/extension.js"));

async function play() {
  await extension.activate();
  const diagnostics = await shown;
  log({ diagnostics: diagnostics.map((d) => [d.range.start.line + 1, d.code?.value ?? d.code]) });
  for (const diagnostic of diagnostics) {
    const context = { diagnostics: [diagnostic], triggerKind: 1, only: undefined };
    const { token } = new CancellationTokenSource();
    const actions = await provider.provideCodeActions(document, diagnostic.range, context, token);
    log({
      offered: actions.map((action) => action.title),
      edits: actions[0].edit.edits.map((e) => [e.range, e.newText]),
    });
  }
  await extension.deactivate();
}

play().then(() => process.exit(0), (error) => (log({ error: String(error.stack) }), process.exit(1)));
