// Starts the language server for Python documents; everything else is up to the two of them.
"use strict";

const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function activate() {
  const command = workspace.getConfiguration("imp-migrate").get("path");
  const documentSelector = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({
    scheme,
    language: "python",
  }));
  client = new LanguageClient("imp-migrate", "imp-migrate", { command }, { documentSelector });
  await client.start();
}

async function deactivate() {
  await client?.stop();
}

module.exports = { activate, deactivate };
