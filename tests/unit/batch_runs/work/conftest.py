import pytest

from batch_runs.work.cluster import Dask


@pytest.fixture(scope="session")
def cluster():
    """A cluster of two worker processes on this machine; a test that ends them gives the next one new ones."""
    engine = Dask(workers=2)
    yield engine
    engine.close()
