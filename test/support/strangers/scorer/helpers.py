"""Processes predictions in a pool of processes, within a process of its own, and returns results as they complete."""

import multiprocessing
import os
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import Manager, Process


def run_prediction_processing(*, fn, predictions):
    with Manager() as manager:
        results = manager.dict()
        errors = manager.dict()
        worker = Process(target=_work, args=(fn, predictions, results, errors), name="PredictionProcessing")
        worker.start()
        worker.join()
        for pk, error in errors.items():
            print(f"Error in prediction {pk}\n{error}", file=sys.stderr)
        if errors or worker.exitcode != 0:
            raise RuntimeError("Predictions could not be processed")
        return list(results.values())


def _work(fn, predictions, results, errors):
    max_workers = min(int(os.getenv("GRAND_CHALLENGE_MAX_WORKERS") or 8), multiprocessing.cpu_count())
    with ProcessPoolExecutor(max_workers=max_workers) as executor:
        jobs = {executor.submit(fn, prediction): prediction["pk"] for prediction in predictions}
        for job in as_completed(jobs):
            try:
                results[jobs[job]] = job.result()
            except Exception as error:
                errors[jobs[job]] = "".join(traceback.format_exception(error))
