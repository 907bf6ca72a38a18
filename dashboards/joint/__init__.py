"""The joint picture (samlad lägesbild): composed, published, corrected; and reports that are asked for."""
