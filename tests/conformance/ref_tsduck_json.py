"""TSDuck's analysis as JSON (tsp -P analyze --json), brought to the keys of the normalized form."""
import json

from ref_tsduck_norm import empty

# Keys of the two forms that differ in more than a hyphen.
RENAMED = {"pes-stream-id": "streamid", "type": "servtype", "original-network-id": "orignetwid", "unit-start": "unitstart",
           "tid-ext": "tidext", "service-count": "servcount", "services": "servlist", "invalid-pes-prefix":
           "invalidpesprefix"}


def plain(row, skip=()):
    return {RENAMED.get(key, key.replace("-", "")): value for key, value in row.items()
            if key not in skip and not isinstance(value, dict)}


def of_pid(row):
    counts = {RENAMED.get(key, key.replace("-", "")): value for key, value in row["packets"].items()}
    counts["packets"] = counts.pop("total")
    return dict(plain(row, skip=("languages",)), pid=row["id"], **counts)


def of_service(row):
    parts = row["components"]
    return dict(plain(row, skip=("pids",)), pids=parts["total"], clearpids=parts["clear"],
                scrambledpids=parts["scrambled"], pidlist=row["pids"])


def of_stream(ts):
    pids, services, packets = ts["pids"], ts["services"], ts["packets"]
    return dict(plain(ts), pids=pids["total"], clearpids=pids["clear"], scrambledpids=pids["scrambled"],
                pcrpids=pids["pcr"], unreferencedpids=pids["unreferenced"], services=services["total"],
                clearservices=services["clear"], scrambledservices=services["scrambled"], packets=packets["total"],
                invalidsyncs=packets["invalid-syncs"], transporterrors=packets["transport-errors"],
                suspectignored=packets["suspect-ignored"])


def parse(text):
    tree, analysis = json.loads(text), empty()
    everywhere = tree["ts"]["pids"]["global"]
    analysis["ts"] = of_stream(tree["ts"])
    analysis["global"] = dict(pids=everywhere["total"], clearpids=everywhere["clear"],
                              scrambledpids=everywhere["scrambled"], packets=everywhere["packets"],
                              bitrate=everywhere["bitrate"], pidlist=everywhere["pids"])
    analysis["services"] = {row["id"]: of_service(row) for row in tree["services"]}
    analysis["pids"] = {row["id"]: of_pid(row) for row in tree["pids"]}
    analysis["tables"] = {(row["pid"], row["tid"], row.get("tid-ext")): plain(row) for row in tree["tables"]}
    return analysis
