#!/usr/bin/env python3
"""openapi_check.py ROOT FOLDER NAME...: holds every recorded exchange against ROOT/openapi.yaml, as TAP.

FOLDER has NAME.jsonl of each program that talked to the service. An answer that the document does not know (route,
status, content type, a body or header that does not fit) is a failure, and so is a documented answer that nobody saw."""
import json
import pathlib
import re
import sys

import jsonschema
import yaml

# (path, status): why no test of this suite can cause it. "*" is any path.
UNSEEN = {
    ("*", "408"): "needs a client that stops in the middle of its body for longer than the timeout",
    ("*", "500"): "would be a mistake of ours",
    ("*", "503"): "needs exhausted memory or connections; /readyz has a 503 of its own, which must be seen",
    ("*", "403 application/problem+json"): "the default guard lets every authenticated user in",
    ("*", "403"): "the default guard lets every authenticated user in",
}
MUST_BE_SEEN = {("/readyz", "503"), ("/token/primary", "403"), ("/access-check", "403"), ("/access-check/batch", "403"),
                ("/privileges/check", "403"), ("/session", "403")}
# Answers of the server itself, on whatever path: components/responses of the document.
ANYWHERE = {"204": "Options", "401": "Unauthenticated", "404": "NotFound", "405": "MethodNotAllowed", "429": "TooManyRequests", "431": "HeadersTooLarge"}

findings = []
seen = set()


class Document:
    def __init__(self, path):
        self.root = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
        self.known = {}

    def follow(self, node):
        while isinstance(node, dict) and "$ref" in node and set(node) == {"$ref"}:
            target = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def errors(self, schema, value):
        # The schema beside all components, so that its local references resolve.
        whole = {"allOf": [schema], "components": self.root["components"]}
        validator = jsonschema.Draft202012Validator(whole)
        return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]

    def header_errors(self, name, header, value):
        """Most headers say the same thousands of times."""
        key = (name, id(header), value)
        if key not in self.known:
            self.known[key] = self.errors(header["schema"], value)
        return self.known[key]


def is_json(content_type):
    return content_type.split(";")[0].strip().endswith("json")


def check_body(document, where, response, exchange):
    content = response.get("content", {})
    content_type = exchange["headers"].get("content-type", "").split(";")[0].strip()
    if not content and not content_type and not exchange["body"]:
        return
    if content_type not in content:
        findings.append(f"{where}: content type {content_type!r} is not documented")
        return
    value = exchange["body"]
    if is_json(content_type) and exchange["method"] != "HEAD":
        try:
            value = json.loads(value)
        except ValueError as error:
            findings.append(f"{where}: no JSON: {error}")
            return
    if exchange["method"] != "HEAD":
        findings.extend(f"{where}: {text}" for text in document.errors(content[content_type]["schema"], value))


def check_headers(document, where, response, exchange):
    for name, header in response.get("headers", {}).items():
        header = document.follow(header)
        value = exchange["headers"].get(name.lower())
        if value is None and header.get("required") is False:
            continue
        if value is None:
            findings.append(f"{where}: no header {name}")
        else:
            findings.extend(f"{where}: {name}: {text}" for text in document.header_errors(name, header, value))


def check_common_headers(document, where, exchange):
    """What is on every answer, and what pages of other origins get: all of it or nothing. TLS is not spoken in this suite."""
    check_headers(document, where, {"headers": document.root["x-every-answer"]}, exchange)
    pages = document.root["x-to-pages"]
    if any(name.lower() in exchange["headers"] for name in pages):
        check_headers(document, where, {"headers": pages}, exchange)
        seen.add(("pages", str(exchange["status"])))
    findings.extend(f"{where}: {name} without TLS" for name in document.root["x-over-tls"] if name.lower() in exchange["headers"])


def response_of(document, exchange):
    """The documented response, and how the list of what was seen names it."""
    path, status = exchange["target"].split("?")[0], str(exchange["status"])
    item = document.root["paths"].get(path, {})
    operation = item.get("get" if exchange["method"] == "HEAD" else exchange["method"].lower())
    if operation and status in operation["responses"]:
        return document.follow(operation["responses"][status]), (path, status)
    if status in ANYWHERE and (operation is None or status in ("429", "431")):
        return document.root["components"]["responses"][ANYWHERE[status]], ("anywhere", status)
    return None, None


def is_bare_431(exchange):
    """Headers that do not even fit the connection's memory: libmicrohttpd answers by itself. The description says so."""
    return exchange["status"] == 431 and "content-type" not in exchange["headers"]


def check_exchange(document, where, exchange):
    if is_bare_431(exchange):
        return
    response, key = response_of(document, exchange)
    if response is None:
        findings.append(f"{where}: status {exchange['status']} of {exchange['method']} {exchange['target']} is not documented")
        return
    seen.add(key)
    if len(response.get("content", {})) > 1:
        seen.add((key[0], f"{key[1]} {exchange['headers'].get('content-type', '').split(';')[0]}"))
    check_headers(document, where, response, exchange)
    check_common_headers(document, where, exchange)
    check_body(document, where, response, exchange)


def wanted(document):
    for path, item in document.root["paths"].items():
        for operation in item.values():
            for status, response in operation["responses"].items():
                yield path, status
                content = document.follow(response).get("content", {})
                if len(content) > 1:
                    yield from ((path, f"{status} {content_type}") for content_type in content)
    yield from (("anywhere", status) for status in ANYWHERE if status != "401")
    yield from (("pages", status) for status in ("200", "204", "401"))


def check_seen(document):
    for path, status in wanted(document):
        excused = ("*", status) in UNSEEN and (path, status) not in MUST_BE_SEEN
        if (path, status) not in seen and not excused:
            findings.append(f"{path}: nobody saw {status}")


def examples(document, node, where):
    """Every example with its schema: media types in requests and responses."""
    node = document.follow(node)
    if not isinstance(node, (dict, list)):
        return
    if isinstance(node, dict) and "examples" in node and isinstance(node["examples"], dict):
        for name, example in node["examples"].items():
            yield f"{where}/examples/{name}", node["schema"], example["value"]
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        if key != "schemas":
            yield from examples(document, child, f"{where}/{key}")


def check_examples(document):
    count = 0
    for where, schema, value in examples(document, document.root, ""):
        count += 1
        findings.extend(f"{where}: {text}" for text in document.errors(schema, value))
    if count < 20:
        findings.append(f"only {count} examples were found")


def check_document(document):
    for name, schema in document.root["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            findings.append(f"schema {name}: {error.message}")


def words(root, file, pattern):
    return set(re.findall(pattern, (root / file).read_text(encoding="utf-8")))


def check_source(document, root):
    """The lists of the document are those of the source."""
    schemas = document.root["components"]["schemas"]
    routes = (root / "api/routes.c").read_text(encoding="utf-8")
    served = set(re.findall(r'\.method = HTTP_(\w+),[^}]*?\.path = "([^"]+)"', routes))
    documented = {(method.upper(), path) for path, item in document.root["paths"].items() for method in item}
    pairs = {
        "routes": (served, documented),
        "object types": (words(root, "src/engine/rights_table.c", r'ROW\("([^"]+)"'), set(schemas["ObjectType"]["enum"])),
        "problem types": (
            {"urn:ntokend:problem:" + word for word in words(root, "src/http/reply.c", r'\{PROBLEM_TYPE "([a-z-]+)"')},
            set(schemas["ProblemType"]["enum"])),
    }
    for what, (ours, theirs) in pairs.items():
        if not ours:
            findings.append(f"{what}: none found in the source")
        findings.extend(f"{what}: {word} is in the source alone" for word in sorted(ours - theirs))
        findings.extend(f"{what}: {word} is in the document alone" for word in sorted(theirs - ours))


def check_requests(document, where, exchange):
    """What the service took (200) must be what the document lets in."""
    path = exchange["target"].split("?")[0]
    operation = document.root["paths"].get(path, {}).get(exchange["method"].lower(), {})
    if exchange["status"] == 200 and "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        if path != "/access-check/batch":  # whose items may each be bad
            findings.extend(f"{where}: request: {text}" for text in document.errors(schema, json.loads(exchange["request"])))


def main():
    root = pathlib.Path(sys.argv[1])
    document = Document(root / "openapi.yaml")
    folder = pathlib.Path(sys.argv[2])
    steps = [
        ("the document is sound", lambda: check_document(document)),
        ("its lists are those of the source", lambda: check_source(document, root)),
        ("its examples fit their schemas", lambda: check_examples(document)),
    ]

    def check_file(name):
        count = 0
        for number, line in enumerate((folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(), 1):
            count += 1
            exchange = json.loads(line)
            check_exchange(document, f"{name}:{number}", exchange)
            check_requests(document, f"{name}:{number}", exchange)
        if count == 0:
            findings.append(f"{name}.jsonl is empty")

    for name in sys.argv[3:]:
        steps.append((f"the answers to {name} are documented", lambda name=name: check_file(name)))
    steps.append(("every documented answer was seen", lambda: check_seen(document)))
    print(f"1..{len(steps)}")
    for index, (title, step) in enumerate(steps, 1):
        findings.clear()
        try:
            step()
        except OSError as error:
            findings.append(f"{error.filename}: {error.strerror}; run the whole suite")
        print(f"{'not ok' if findings else 'ok'} {index} - {title}")
        for finding in findings[:50]:
            print("# " + finding.replace("\n", " "))


main()
