"""Reads papers as others do: `validate.py spdx FILE`, `validate.py provenance FILE`; says what is wrong, if anything."""

import json
import sys


def spdx(path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    document = parse_file(path)
    return [message.validation_message for message in validate_full_spdx_document(document)]


def provenance(path):
    from google.protobuf import json_format
    from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    with open(path, encoding="utf-8") as file:
        parsed = json.load(file)
    # both refuse members that their schema does not have
    message = json_format.ParseDict(parsed, statement_pb2.Statement())
    predicate = json_format.ParseDict(parsed["predicate"], provenance_pb2.Provenance())
    Statement.copy_from_pb(message).validate()
    definition, run = predicate.build_definition, predicate.run_details
    required = {
        "predicateType": message.predicate_type == "https://slsa.dev/provenance/v1",
        "buildType": definition.build_type,
        "externalParameters": definition.external_parameters.fields,
        "builder.id": run.builder.id,
    }
    missing = [name for name, there in required.items() if not there]
    undigested = [one.name for one in definition.resolved_dependencies if not one.digest.get("sha256")]
    return [f"`{name}` is missing" for name in missing] + [f"`{name}` has no digest" for name in undigested]


errors = {"spdx": spdx, "provenance": provenance}[sys.argv[1]](sys.argv[2])
print("\n".join(errors) or "valid")
sys.exit(1 if errors else 0)
