"""JUnit's XML, as Jenkins reads it: a suite per file, a failed test case per spot.

https://github.com/jenkinsci/xunit-plugin (its junit-10.xsd)
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ..run.results import Finding, Run
from .style import valid


def junit_report(run: Run) -> str:
    """The document: what is left is a failure, what could not be done an error.

    Without either it holds one test, which passes: some readers take no test for a fault.
    """
    root = ET.Element("testsuites", name="imp-migrate")
    for error in run.errors:
        _error(_suite(root, error.path), error.path, error.reason)
    for result in run.results:
        left = result.remaining
        if not (left or result.error or result.internal_error):
            continue
        suite = _suite(root, result.path)
        for finding in left:
            _failure(suite, finding)
        if result.error:
            _error(suite, result.path, result.error.reason)
        if result.internal_error:
            _error(suite, result.path, f"internal error: {result.internal_error[0]}")
    if not len(root):
        ET.SubElement(_suite(root, "imp-migrate"), "testcase", name="no use of imp")
    for element in (root, *root):
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            element.set(attribute, str(sum(1 for _ in element.iter(tag))))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _suite(root: ET.Element, path: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=valid(path))


def _failure(suite: ET.Element, finding: Finding) -> None:
    diagnostic = finding.diagnostic
    path, message = valid(finding.filename), valid(diagnostic.message)
    name = f"{diagnostic.code} at {finding.place}"
    case = ET.SubElement(suite, "testcase", name=name, classname=path)
    failure = ET.SubElement(case, "failure", type=diagnostic.code, message=message)
    failure.text = f"{path}:{finding.place}: {diagnostic.code} {message}"


def _error(suite: ET.Element, path: str, reason: str) -> None:
    case = ET.SubElement(suite, "testcase", name=valid(path), classname=valid(path))
    ET.SubElement(case, "error", type="error", message=valid(reason))
