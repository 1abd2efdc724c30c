"""Knowledge bases: embedding, dense and sparse search structures, storage, search."""
