# SPDX-License-Identifier: Apache-2.0
"""What a round costs besides training: a no-op local step, K sites as processes over mutual TLS on loopback, and its own floors.

    python tests/benchmarks/round_overhead.py [--parameters 10000 1000000 25000000] [--sites 4] [--rounds 5] [--method masking] [--json]

A round of the product is: ask for the task, download the model, (no-op) train, fixed point, seal, keep the sealed vector
encrypted, ledger, upload, spool, check, fold, combine, publish; then the evaluation phase with no-op scores.
The floors move the same bytes (one model down to each site, one up from each) over bare grpcio streams of 1 MiB chunks with
identity serialisers, once in clear and once over the same mutual TLS, in the same run; nothing is stored, hashed or summed.
Prints medians: seconds a round, ratios to the floors, peak RSS of coordinator and sites, bytes on the wire; and the CPU seconds (user
and system) that a round costs the coordinator and all sites together: they say more than the clock where other things run too.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 1 << 20
STUDY = "round-overhead"


def manifest_text(parameters: int, rounds: int, method: str) -> str:
    """A study whose model has about so many parameters: inputs → wide → wide → two classes."""
    inputs = 8
    width = max(4, round((-(2 * inputs + 3) + ((2 * inputs + 3) ** 2 + 4 * parameters) ** 0.5) / 2))
    variables = "".join(f'[[variables]]\nname = "x{i}"\nkind = "numeric"\nrange = [0, 1]\n' for i in range(inputs))
    return (
        f'[study]\nid = "{STUDY}"\ntitle = "Round overhead"\npurpose = "Measure."\nlead = "Benchmark"\n{variables}'
        '[[variables]]\nname = "y"\nkind = "category"\ncategories = ["no", "yes"]\nrole = "outcome"\n'
        f'[outcome]\nvariable = "y"\ntask = "classification"\n[model]\nfamily = "mlp"\nhidden = [{width}, {width}]\n'
        f'[secagg]\nmethod = "{method}"\n[rounds]\ncount = {rounds}\nmin_sites = {1 if method == "clear" else 3}\n'
    )


# ---------------------------------------------------------------- the product's two roles


def coordinator(folder: Path) -> None:
    """Serves until it is told to stop; then writes its peak RSS."""
    from engine.coordinator import app, home
    from engine.coordinator.federation import Federation

    place = home.Home(folder / "coordinator")
    listen = place.configuration().listen
    spent: list[tuple[float, float]] = []

    def open_desk() -> Federation:
        desk = Federation(place)
        desk.subscribe(lambda: spent.append((time.time(), time.process_time())))
        return desk

    asyncio.run(app.serve(open_desk, place.server_tls(), [listen], lambda _: (folder / "ready").touch()))
    (folder / "coordinator.rss").write_text(str(_peak()))
    (folder / "coordinator.cpu").write_text(json.dumps(spent))


def site(folder: Path, name: str) -> None:
    """One site with the real store, ledger, gate and agent; only training and scoring do nothing."""
    asyncio.run(_site(folder, name))
    (folder / f"{name}.rss").write_text(str(_peak()))


async def _site(folder: Path, name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from engine.clock import SystemClock
    from engine.privacy.policy import Policy
    from engine.site.agent import Agent
    from engine.site.books import Books, WriterLedger
    from engine.site.participant import Participant
    from engine.site.protection import Protection
    from engine.site.release import Endpoint, open_gate
    from engine.site.sealing import Sealing
    from engine.store import outbound, studies
    from engine.store.connection import open_database
    from engine.store.site_schema import MIGRATIONS
    from engine.study import bundle as bundles
    from engine.trust import certificates, enrolment, signing
    from engine.values import StudyTable, Update
    from engine.wire.messages import Enrol, GetBundle, Hello, Join, ListStudies, SiteState
    from engine.wire.proxy import ProxyMode, ProxySetting

    clock, home = SystemClock(), folder / name
    home.mkdir()
    writer, trainer = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    database = await loop.run_in_executor(writer, open_database, home / "site.db", os.urandom(32), MIGRATIONS)

    async def write(work: Any) -> Any:
        return await loop.run_in_executor(writer, work, database)

    async def train(work: Any, token: Any) -> Any:
        return await loop.run_in_executor(trainer, work, token)

    ledger = WriterLedger(write, lambda: None)
    invitation = enrolment.read(folder / f"{name}{enrolment.SUFFIX}", clock.now())
    off = ProxySetting(ProxyMode.OFF)
    pair = invitation.bootstrap
    first = Endpoint(invitation.addresses[0], invitation.server_name, invitation.ca_pem, pair.certificate_pem, pair.key_pem, proxy=off)
    gate = open_gate(first, ledger, clock)
    request, tls_key = certificates.make_request()
    key = signing.SigningKey.generate()
    await gate.hello(Hello("benchmark"))
    answer = await gate.enrol(Enrol(request, key.public, key.sign(request), "benchmark", "benchmark"))
    await gate.close()
    end = Endpoint(invitation.addresses[0], invitation.server_name, invitation.ca_pem, answer.certificate_pem, tls_key, proxy=off)
    gate = open_gate(end, ledger, clock)
    (folder / f"{name}.enrolled").touch()
    while not any(offer.published for offer in (await gate.list_studies(ListStudies())).offers):
        await asyncio.sleep(0.2)
    content = (await gate.get_bundle(GetBundle(invitation.study))).content
    bundle = bundles.unpack(content, signing.verify)
    study, digest = bundle.manifest.study, bundles.digest(content)
    await gate.join(Join(study.id, digest, key.sign(signing.join_message(study.id, digest))))
    row = studies.Enrolment(0, name, "", (), "", b"", b"", answer.site, study.id, b"", b"", b"", b"", b"", b"-")
    kept = await write(lambda d: studies.add_enrolment(d, row))
    await write(lambda d: studies.put_offer(d, study.id, kept.id, study.title, "", True, True, SiteState.READY))
    draw = np.random.default_rng(1)
    rows = 40
    table = StudyTable(
        {f"x{i}": draw.random(rows) for i in range(8)}, {}, np.arange(rows) % 2, np.arange(rows), tuple(map(str, range(rows)))
    )
    parts = (np.arange(rows) // 2 % 3).astype(np.int8)
    delta: list[np.ndarray] = []

    def step(spec: Any, weights: Any, examples: Any, settings: Any, seed: int, token: Any) -> Update:
        if not delta:
            delta.append(np.full(weights.size, 1e-3, np.float32))
        return Update(delta[0], len(examples), 0.5)

    def score(spec: Any, weights: Any, rows: Any) -> np.ndarray:
        return np.full((len(rows), 2), 0.5)

    participant = Participant(bundle, answer.site, lambda _: table, step, score, parts)
    books = Books(write, home, os.urandom(32), study.id, clock.now)
    spent: list[tuple[float, float]] = []
    complete = asyncio.Event()

    def told(_moment: Any, new: tuple[Any, ...]) -> None:
        if new:
            spent.append((time.time(), time.process_time()))
        if any(record.phase == "test" for record in new):
            complete.set()

    sealing = Sealing(bundle, answer.site, key.sign, write)
    protection = Protection(bundle.manifest, answer.site, write, lambda _: None, Policy)
    agent = Agent(bundle, participant, gate, books, sealing, protection, train, clock, told)
    task, end = asyncio.create_task(agent.run()), asyncio.create_task(complete.wait())
    await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    task.cancel()  # the comparison at the end trains for real: it is not a round, so it is left out
    await asyncio.wait((task,))
    sent = await write(outbound.bytes_by_kind)
    (folder / f"{name}.sent").write_text(json.dumps(sent))
    (folder / f"{name}.cpu").write_text(json.dumps(spent))
    await gate.close()


def product(parameters: int, sites: int, rounds: int, scratch: Path, method: str) -> dict[str, Any]:
    """Runs the real thing and reads the coordinator's own record of when each round was published."""
    from engine.clock import SystemClock
    from engine.coordinator import administration, home
    from engine.models.spec import size
    from engine.store import rounds as stored
    from engine.study import manifest as manifests
    from engine.study.schema import model_spec_of
    from engine.trust import enrolment

    folder = scratch / f"product-{parameters}"
    folder.mkdir()
    clock = SystemClock()
    text = manifest_text(parameters, rounds, method)
    actual = size(model_spec_of(manifests.parse(text, "benchmark")))
    home.init(folder / "coordinator", "Benchmark", ["127.0.0.1"], clock, f"127.0.0.1:{_free_port()}")
    place = home.Home(folder / "coordinator")
    administration.add_study(place, text, "benchmark", clock)
    names = [f"s{i}" for i in range(sites)]
    for name in names:
        invitation = administration.invite(place, name, STUDY, clock)
        enrolment.write(folder / f"{name}{enrolment.SUFFIX}", invitation, place.lead_key().sign)
    processes = [_spawn("coordinator", folder)]
    _wait_for(folder / "ready")
    processes += [_spawn("site", folder, name) for name in names]
    for name in names:
        _wait_for(folder / f"{name}.enrolled")
        administration.approve(place, name, clock)
    administration.publish(place, STUDY, clock)
    administration.start(place, STUDY, clock)
    for process in processes[1:]:
        if process.wait() != 0:
            raise SystemExit("a site failed")
    processes[0].terminate()
    processes[0].wait()
    database = place.open_database()
    records = [record for record in stored.records(database, STUDY) if record.phase == "update"]
    database.close()
    finished = [record.finished for record in records]
    seconds = [later - earlier for earlier, later in itertools.pairwise(finished)]
    sent = sum(sum(json.loads((folder / f"{name}.sent").read_text()).values()) for name in names)
    result = {
        "parameters": actual,
        "model_mb": actual * 4 / 1e6,
        "seconds": statistics.median(seconds),
        "coordinator_cpu": _cpu_a_round(folder / "coordinator.cpu", finished),
        "sites_cpu": sum(_cpu_a_round(folder / f"{name}.cpu", finished) for name in names),
        "coordinator_mb": int((folder / "coordinator.rss").read_text()) / 1e6,
        "site_mb": max(int((folder / f"{name}.rss").read_text()) for name in names) / 1e6,
        "sent_mb_per_round": sent / rounds / 1e6,
        "received_mb_per_round": sites * actual * 4 / 1e6,
    }
    shutil.rmtree(folder)
    return result


# ---------------------------------------------------------------- the floors


def floor(parameters: int, sites: int, rounds: int, scratch: Path, tls: bool) -> dict[str, Any]:
    """The same bytes over bare grpcio streams: one server process, K client processes."""
    folder = scratch / f"floor-{parameters}-{tls}"
    folder.mkdir()
    if tls:
        from engine.trust import certificates

        authority = certificates.create_authority("floor", time.time())
        server = certificates.issue_server(authority, ["localhost"], time.time())
        request, key = certificates.make_request()
        client = certificates.issue_site(authority, request, "floor", time.time())
        for name, content in (
            ("ca.pem", authority.certificate_pem), ("server.pem", server.certificate_pem), ("server.key", server.key_pem),
            ("client.pem", client), ("client.key", key),
        ):  # fmt: skip
            (folder / name).write_bytes(content)
    size = parameters * 4
    server_process = _spawn("floor-server", folder, str(size), str(sites), str(rounds))
    _wait_for(folder / "port")
    clients = [_spawn("floor-client", folder, str(size), str(rounds)) for _ in range(sites)]
    for client_process in clients:
        client_process.wait()
    server_process.wait()
    times = json.loads((folder / "times").read_text())
    cpu = [float(path.read_text()) / (rounds - 1) for path in [folder / "cpu", *folder.glob("*.cpu")]]
    result = {
        "seconds": statistics.median(times),
        "server_mb": int((folder / "rss").read_text()) / 1e6,
        "server_cpu": cpu[0],
        "clients_cpu": sum(cpu[1:]),
    }
    shutil.rmtree(folder)
    return result


def floor_server(folder: Path, size: int, sites: int, rounds: int) -> None:
    from engine.wire import tls_environment  # noqa: F401 - the product's cipher setting, before grpc

    # isort: split
    import grpc.aio

    content = memoryview(bytearray(os.urandom(CHUNK)) * max(1, -(-size // CHUNK)))[:size]
    times: list[float] = []
    started: list[float] = []
    cpu: list[float] = []
    arrived = 0
    gate = asyncio.Condition()
    finished = asyncio.Event()

    async def download(request: bytes, context: Any) -> Any:
        number = int(request)
        async with gate:
            await gate.wait_for(lambda: len(times) >= number)
            if len(started) <= number:
                started.append(time.perf_counter())
        for start in range(0, size, CHUNK):
            yield bytes(content[start : start + CHUNK])

    async def upload(requests: Any, context: Any) -> bytes:
        nonlocal arrived
        total = 0
        async for chunk in requests:
            total += len(chunk)
        async with gate:
            arrived += 1
            if arrived == sites:
                arrived = 0
                times.append(time.perf_counter() - started[-1])
                cpu.append(time.process_time())
                gate.notify_all()
                if len(times) == rounds:
                    finished.set()
        return str(total).encode()

    async def run() -> None:
        server = grpc.aio.server(options=_floor_options())
        handlers = {
            "Download": grpc.unary_stream_rpc_method_handler(download),
            "Upload": grpc.stream_unary_rpc_method_handler(upload),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("floor.Floor", handlers),))
        if (folder / "ca.pem").exists():
            pair = ((folder / "server.key").read_bytes(), (folder / "server.pem").read_bytes())
            credentials = grpc.ssl_server_credentials([pair], (folder / "ca.pem").read_bytes(), True)
            port = server.add_secure_port("127.0.0.1:0", credentials)
        else:
            port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        (folder / "port.part").write_text(str(port))
        (folder / "port.part").rename(folder / "port")
        await finished.wait()
        await server.stop(1)

    asyncio.run(run())
    (folder / "times").write_text(json.dumps(times))
    (folder / "rss").write_text(str(_peak()))
    (folder / "cpu").write_text(str(cpu[-1] - cpu[0]))


def floor_client(folder: Path, size: int, rounds: int) -> None:
    from engine.wire import tls_environment  # noqa: F401 - as above

    # isort: split
    import grpc.aio

    content = bytearray(size)

    async def run() -> None:
        target = f"127.0.0.1:{(folder / 'port').read_text()}"
        options = [*_floor_options(), ("grpc.ssl_target_name_override", "localhost")]
        if (folder / "ca.pem").exists():
            credentials = grpc.ssl_channel_credentials(
                (folder / "ca.pem").read_bytes(), (folder / "client.key").read_bytes(), (folder / "client.pem").read_bytes()
            )
            channel = grpc.aio.secure_channel(target, credentials, options)
        else:
            channel = grpc.aio.insecure_channel(target, options)
        async with channel:
            for number in range(rounds):
                if number == 1:
                    begun = time.process_time()
                received = 0
                async for chunk in channel.unary_stream("/floor.Floor/Download")(str(number).encode()):
                    received += len(chunk)

                async def chunks() -> Any:
                    view = memoryview(content)
                    for start in range(0, size, CHUNK):
                        yield bytes(view[start : start + CHUNK])

                await channel.stream_unary("/floor.Floor/Upload")(chunks())
        (folder / f"{os.getpid()}.cpu").write_text(str(time.process_time() - begun))

    asyncio.run(run())


def _floor_options() -> list[tuple[str, int]]:
    return [("grpc.max_receive_message_length", 4 << 20), ("grpc.http2.max_frame_size", CHUNK)]


# ---------------------------------------------------------------- processes and figures


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _cpu_a_round(path: Path, finished: list[float]) -> float:
    """CPU seconds from the end of the first round to the end of the last one, by one process's samples (time, CPU seconds)."""
    samples = json.loads(path.read_text())
    times, spent = [sample[0] for sample in samples], [sample[1] for sample in samples]
    first, last = (float(np.interp(moment, times, spent)) for moment in (finished[0], finished[-1]))
    return (last - first) / (len(finished) - 1)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _spawn(role: str, *arguments: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, __file__, "--role", role, *map(str, arguments)], env=environment)


def _wait_for(path: Path, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"{path.name} did not appear")
        time.sleep(0.05)


def main() -> None:
    if "--role" in sys.argv:
        role, folder, *rest = sys.argv[2:]
        match role:
            case "coordinator":
                coordinator(Path(folder))
            case "site":
                site(Path(folder), *rest)
            case "floor-server":
                floor_server(Path(folder), *map(int, rest))
            case "floor-client":
                floor_client(Path(folder), *map(int, rest))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parameters", type=int, nargs="+", default=[10_000, 1_000_000, 25_000_000])
    parser.add_argument("--sites", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--method", choices=("clear", "masking"), default="clear", help="how sums are sealed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix="round-overhead-") as name:
        scratch = Path(name)
        for parameters in options.parameters:
            clear = floor(parameters, options.sites, options.rounds, scratch, tls=False)
            tls = floor(parameters, options.sites, options.rounds, scratch, tls=True)
            found = product(parameters, options.sites, options.rounds, scratch, options.method)
            found |= {
                "clear_floor_seconds": clear["seconds"],
                "tls_floor_seconds": tls["seconds"],
                "tls_floor_cpu": tls["server_cpu"] + tls["clients_cpu"],
                "ratio_to_clear": found["seconds"] / clear["seconds"],
                "ratio_to_tls": found["seconds"] / tls["seconds"],
            }
            results.append(found)
            if not options.json:
                print(
                    f"{found['parameters']:>11,} parameters × {options.sites} sites: {found['seconds']:.3f} s/round;"
                    f" floors clear {clear['seconds']:.3f} (×{found['ratio_to_clear']:.2f}), TLS {tls['seconds']:.3f}"
                    f" (×{found['ratio_to_tls']:.2f}); peak RSS coordinator {found['coordinator_mb']:.0f} MB"
                    f" (3 models + 150 = {3 * found['model_mb'] + 150:.0f}), site {found['site_mb']:.0f} MB;"
                    f" CPU coordinator {found['coordinator_cpu']:.3f} + sites {found['sites_cpu']:.3f} s, TLS floor"
                    f" {tls['server_cpu']:.3f} + {tls['clients_cpu']:.3f} s;"
                    f" up {found['sent_mb_per_round']:.1f} MB, down {found['received_mb_per_round']:.1f} MB a round",
                    flush=True,
                )
    if options.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
