"""A rival's side of the conversation, in Python: one JSON message a line. The twin of serve.js."""
import json
import math
import os
import platform
import sys
import time
import traceback

WARM_UP = 1.0  # least seconds of calls before anything is timed
SAMPLE = 0.2  # least seconds of a sample

XOR_X = [[0, 0], [0, 1], [1, 0], [1, 1]]
XOR_Y = [[0], [1], [1], [0]]


class Work:
    """What to do: `run` is timed; `reset`, `value` and `check` are not."""

    def __init__(self, run, value, reset=None, check=None, differs=None):
        self.run, self.value, self.reset, self.check, self.differs = run, value, reset, check, differs


def serve(makers, about):
    # What libraries print must not get between the lines.
    out, sys.stdout = sys.stdout, sys.stderr

    def send(message):
        out.write(json.dumps(message) + "\n")
        out.flush()

    send({"ready": True, "runtime": "Python " + platform.python_version(), **about})
    work, calls = None, 1
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                params = request["params"]
                work = makers[params["kind"]](params)
                calls = warm_up(work)
                send({"differs": work.differs})
            elif request["do"] == "run":
                began, cpu = time.perf_counter(), time.process_time()
                milliseconds = timed(work, calls) / calls * 1000
                share = (time.process_time() - cpu) / (time.perf_counter() - began)
                send({"milliseconds": milliseconds, "share": share, "value": float(work.value())})
            else:
                send({"value": float(work.check()) if work.check else None})
        except Exception:
            send({"error": traceback.format_exc()})


def warm_up(work):
    end = time.perf_counter() + WARM_UP
    calls = 1
    while True:
        total = timed(work, calls)
        if time.perf_counter() >= end:
            return max(1, math.ceil(SAMPLE / (total / calls)))
        if total < SAMPLE / 2:
            calls *= 2


def timed(work, calls):
    total = 0.0
    for _ in range(calls):
        if work.reset:
            work.reset()
        start = time.perf_counter()
        work.run()
        total += time.perf_counter() - start
    return total


def missing(module, package):
    """Says what to install, and ends."""
    print(json.dumps({"missing": module, "install": "apt-get install " + package}))
    sys.exit()


def numbers(folder, name, dtype, *shape):
    import numpy as np

    return np.fromfile(os.path.join(folder, name), dtype=dtype).reshape(shape)


def read_digits(params):
    """x [rows, 784], y [rows], w1 [784, 128], w2 [128, 10]; biases begin at 0."""
    folder = params["folder"]
    return (
        numbers(folder, "x.f32", "<f4", -1, 784),
        numbers(folder, "y.u8", "u1", -1).astype("int64"),
        numbers(folder, "w1.f32", "<f4", 784, 128),
        numbers(folder, "w2.f32", "<f4", 128, 10),
    )


def crossentropy(probabilities, y):
    """Mean over the rows of `probabilities` [rows, 10]."""
    import numpy as np

    rows = len(probabilities)
    chosen = np.asarray(probabilities, dtype="float64")[np.arange(rows), y[:rows]]
    return -np.log(np.maximum(chosen, 1e-30)).mean()


def loaded(part):
    """Path of a library that this process has loaded, by a part of its name."""
    try:
        with open("/proc/self/maps") as maps:
            return next((line.split()[-1] for line in maps if part in line), None)
    except OSError:
        return None  # not Linux


def blas(library):
    """
    Which BLAS the calls of `library` end in. Where a process has loaded two of them, what is installed or loaded does
    not tell: the dynamic linker is asked for the function itself.
    """
    import ctypes

    class Place(ctypes.Structure):
        _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("at", ctypes.c_void_p)]

    def find(handle, names):
        return next((getattr(handle, name) for name in names if hasattr(handle, name)), None)

    unknown = "BLAS not known"
    if not library or not hasattr(ctypes.CDLL(None), "dladdr"):
        return unknown
    # Wheels give the functions of their OpenBLAS other names.
    product = find(ctypes.CDLL(library), ["cblas_sgemm", "sgemm_", "scipy_cblas_sgemm64_", "cblas_sgemm64_"])
    place = Place()
    if not product or not ctypes.CDLL(None).dladdr(ctypes.cast(product, ctypes.c_void_p), ctypes.byref(place)):
        return unknown
    file = os.path.realpath(place.file.decode())
    if "openblas" in file:
        config = find(ctypes.CDLL(file), ["openblas_get_config", "scipy_openblas_get_config64_", "openblas_get_config64_"])
        if not config:
            return "OpenBLAS"
        config.restype = ctypes.c_char_p
        return " ".join(config().decode().split()[:2])
    if "mkl" in file or "torch" in file:
        return "MKL or another BLAS in " + os.path.basename(file)
    return f"NO OpenBLAS but {file}, many times slower; on Debian: apt-get install libopenblas0"


def numpy_blas():
    import numpy as np

    core = np._core if hasattr(np, "_core") else np.core
    return blas(core._multiarray_umath.__file__)
