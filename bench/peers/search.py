"""Searches vectors with faiss: Flat (float32, exact) and SQ8 (one byte a value).

    search.py VECTORS.npy QUERIES.npy K [spin]

With "spin" its OpenMP threads wait as they do where nobody says otherwise; without, they sleep while they wait, which is several times as
fast for many queries.
Ready: {"name", "version", "threads"}. A round is a line "flat one", "flat all", "sq8 one", "sq8 all" (the first query, or all
together), answered with {"ms", "rows": [[...]]}.
"""
import json
import os
import sys
import time

if "spin" not in sys.argv[4:]:
    os.environ["OMP_WAIT_POLICY"] = "passive"
try:
    import faiss
    import numpy
except ImportError as error:
    sys.exit(f"{error}: faiss and numpy are needed")


def main():
    vectors, queries, k = numpy.load(sys.argv[1], mmap_mode="r"), numpy.load(sys.argv[2]), int(sys.argv[3])
    faiss.omp_set_num_threads(os.cpu_count())
    dim = vectors.shape[1]
    indexes = {
        "flat": faiss.IndexFlatIP(dim),
        "sq8": faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT),
    }
    for index in indexes.values():
        index.train(vectors[:100_000])
        for first in range(0, len(vectors), 10_000):
            index.add(numpy.ascontiguousarray(vectors[first:first + 10_000]))
    del vectors
    print(json.dumps({"name": "faiss", "version": faiss.__version__, "threads": faiss.omp_get_max_threads()}), flush=True)
    for line in sys.stdin:
        name, which = line.split()
        asked = queries[:1] if which == "one" else queries
        start = time.perf_counter()
        _, rows = indexes[name].search(asked, k)
        print(json.dumps({"ms": 1e3 * (time.perf_counter() - start), "rows": rows.tolist()}), flush=True)


main()
