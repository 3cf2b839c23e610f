#!/usr/bin/env python3
"""Makes the provider's schema from the npm package `@cdktn/provider-aws`.

    extract.py PACKAGE-VERSION

Fetches that version with `npm` and writes `aws-PROVIDER-VERSION.json.gz` beside
this file, in place of the one that was there. The package is TypeScript, generated from `terraform providers schema -json`;
its source maps carry the text. What the text doesn't tell is left out:
`min_items` and `max_items` above 1, `deprecated`, schema versions. What is
sensitive stands in `sensitive.txt`, which types to take in `types.txt`.
"""

import base64
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MAP = re.compile(r"sourceMappingURL=data:application/json;(?:charset=[^;]*;)?base64,(\S+)")
ROOT = re.compile(
    r"^export class (\w+) extends cdktn\.Terraform(Resource|DataSource|EphemeralResource|Provider) \{(.*?)^\}",
    re.S | re.M,
)
REFERENCE = re.compile(r"^export class (\w+)OutputReference extends cdktn\.ComplexObject \{(.*?)^\}", re.S | re.M)
WRITER = re.compile(r"^export function (\w+)ToHclTerraform\(.*?^\}", re.S | re.M)
# One attribute or block of a class, up to the next.
MEMBER = re.compile(
    r"^  // (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\s*?\n(.*?)(?=^  // \w+ - |^  // ====|\Z)",
    re.S | re.M,
)
# One entry of what a class writes as HCL.
ENTRY = re.compile(
    r"^ +(\w+): \{\s+value: ([^\n]*),\s+isBlock: (true|false),\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\"",
    re.M,
)
SIMPLE = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
GETTERS = [
    (r"new cdktn\.StringMapList\(this, \"\w+\", true", ["set", ["map", "string"]]),
    (r"new cdktn\.StringMapList\(", ["list", ["map", "string"]]),
    (r"new cdktn\.StringMap\(", ["map", "string"]),
    (r"new cdktn\.NumberMap\(", ["map", "number"]),
    (r"new cdktn\.BooleanMap\(", ["map", "bool"]),
    (r"new cdktn\.StringListMap\(", ["map", ["list", "string"]]),
    (r"tolist\(this\.getListAttribute\(", ["set", "string"]),
    (r"this\.getListAttribute\(", ["list", "string"]),
    (r"tolist\(this\.getNumberListAttribute\(", ["set", "number"]),
    (r"this\.getNumberListAttribute\(", ["list", "number"]),
    (r"this\.getStringMapAttribute\(", ["map", "string"]),
    (r"this\.getNumberMapAttribute\(", ["map", "number"]),
    (r"this\.getBooleanMapAttribute\(", ["map", "bool"]),
    (r"this\.getStringAttribute\(", "string"),
    (r"this\.getNumberAttribute\(", "number"),
    (r"this\.getBooleanAttribute\(", "bool"),
    (r"this\.getAnyMapAttribute\(", ["map", "dynamic"]),
]
SECTIONS = {
    "Resource": ("resource_schemas", ""),
    "DataSource": ("data_source_schemas", "data."),
    "EphemeralResource": ("ephemeral_resource_schemas", "ephemeral."),
}


def main(package_version):
    with tempfile.TemporaryDirectory() as folder:
        package = f"@cdktn/provider-aws@{package_version}"
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, package], check=True)
        [archive] = Path(folder).glob("*.tgz")
        extract(archive)


def extract(package):
    wanted = set((HERE / "types.txt").read_text().split())
    provider = {"functions": {}} | {section: {} for section, _ in SECTIONS.values()}
    found, version = set(), None
    with tarfile.open(package) as tar:
        for member in tar:
            if not re.fullmatch(r"package/lib/[\w-]+/index\.js", member.name):
                continue
            source = typescript(tar.extractfile(member).read().decode())
            root = ROOT.search(source)
            if not root:
                continue
            if root[2] == "Provider":
                provider["provider"] = Source(source).schema(root)
                # Terraform's own argument, not the provider's.
                del provider["provider"]["block"]["attributes"]["alias"]
                continue
            section, prefix = SECTIONS[root[2]]
            name = re.search(r'static readonly tfResourceType = "(\w+)"', source)[1]
            if prefix + name in wanted:
                found.add(prefix + name)
                provider[section][name] = Source(source).schema(root)
                version = re.search(r"providers/hashicorp/aws/([\d.]+)/", source)[1]
    mark_sensitive(provider)
    for name in sorted(wanted - found):
        print(f"not in the package: {name}", file=sys.stderr)
    document = {
        "format_version": "1.0",
        "provider_schemas": {"registry.terraform.io/hashicorp/aws": provider},
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    for old in HERE.glob("aws-*.json.gz"):
        old.unlink()
    (HERE / f"aws-{version}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"hashicorp/aws {version}: {len(found)} types")


def typescript(javascript):
    found = MAP.search(javascript)
    return json.loads(base64.b64decode(found[1]))["sourcesContent"][0] if found else ""


class Source:
    """One generated file: a resource and the structures in it."""

    def __init__(self, text):
        self.references = {match[1]: match[2] for match in REFERENCE.finditer(text)}
        self.writers = {match[1]: match[0] for match in WRITER.finditer(text)}
        self.interfaces = dict(re.findall(r"^export interface (\w+)[^\n]*\{(.*?)^\}", text, re.S | re.M))

    def schema(self, root):
        return {"version": 0, "block": self.block(root[3], root[3])}

    def block(self, members, writer):
        """What a class has, and what of it is written as HCL."""
        entries = {match[1]: match for match in ENTRY.finditer(writer)}
        block = {"description_kind": "plain"}
        for name, *flags, body in MEMBER.findall(members):
            computed, optional, required = (flag == "true" for flag in flags)
            entry = entries.get(name)
            # What is computed as well is an attribute that may be written as blocks.
            if entry and entry[3] == "true" and not computed:
                block.setdefault("block_types", {})[name] = self.nested(entry, body, required)
                continue
            attribute = {"description_kind": "plain", "type": self.type_of(entry, body)}
            for flag, is_set in [("computed", computed), ("optional", optional), ("required", required)]:
                if is_set:
                    attribute[flag] = True
            if f"\n      {name}: this.markWriteOnlyAttribute(" in writer:
                attribute["write_only"] = True
            block.setdefault("attributes", {})[name] = attribute
        return block

    def nested(self, entry, body, required):
        name = re.search(r"(\w+?)ToHclTerraform", entry[2])[1]
        name = name[0].upper() + name[1:]
        mode = {"struct": "single"}.get(entry[4], entry[4])
        nested = {"block": self.structure(name), "nesting_mode": mode}
        if required and mode != "single":
            nested["min_items"] = 1
        if f"new {name}OutputReference(" in body and mode != "single":
            nested["max_items"] = 1
        return nested

    def structure(self, name):
        writer = self.writers.get(name[0].lower() + name[1:], "")
        if name in self.references:
            return self.block(self.references[name], writer)
        # The provider's own blocks have no class, only a form to fill in.
        form = self.interfaces[name]
        attributes = {}
        for entry in ENTRY.finditer(writer):
            field = re.search(r"struct!\.(\w+)", entry[2])[1]
            flag = "required" if f"readonly {field}:" in form else "optional"
            attributes[entry[1]] = {"description_kind": "plain", "type": self.type_of(entry, ""), flag: True}
        return {"attributes": attributes, "description_kind": "plain"}

    def type_of(self, entry, body):
        structure = re.search(r"new (?!cdktn\.)(\w+?)(OutputReference|List|Map)\(this, \"\w+\"(?:, (true|false))?\)", body)
        if structure:
            fields = self.structure(structure[1]).get("attributes", {})
            inner = ["object", {name: field["type"] for name, field in fields.items()}]
            if structure[2] == "Map":
                return ["map", inner]
            if structure[2] == "OutputReference" and (not entry or entry[4] == "struct"):
                return inner
            if entry:
                return [entry[4], inner]
            return ["set" if structure[3] == "true" else "list", inner]
        if entry and entry[4] == "simple":
            return SIMPLE[entry[5]]
        if entry:
            inner = re.findall(r"cdktn\.(\w+?)ToHclTerraform", entry[2])
            inner = SIMPLE[inner[0]] if inner else "string"
            if entry[2].count("apperHcl(") > 1:
                middle = "map" if "hashMapperHcl(" in entry[2].split("apperHcl(", 1)[1] else "list"
                inner = [middle, inner]
            return [entry[4], inner]
        for pattern, kind in GETTERS:
            if re.search(pattern, body):
                return kind
        raise ValueError(f"no type in {body}")


def mark_sensitive(provider):
    for line in (HERE / "sensitive.txt").read_text().split():
        section = next(
            section for section, prefix in reversed(SECTIONS.values()) if line.startswith(prefix)
        )
        name, *path, attribute = line.removeprefix("data.").removeprefix("ephemeral.").split(".")
        block = provider[section].get(name, {}).get("block", {})
        for step in path:
            block = block.get("block_types", {}).get(step, {}).get("block", {})
        if attribute in block.get("attributes", {}):
            block["attributes"][attribute]["sensitive"] = True


if __name__ == "__main__":
    main(*sys.argv[1:])
