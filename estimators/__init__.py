"""lstmc for scikit-learn: estimators that go into its pipelines, searches and cross-validations.

    from lstmc.sklearn import SequenceRegressor
    model = SequenceRegressor(random_state=0).fit(X, y)

The only part of lstmc that imports scikit-learn: `pip install lstmc[sklearn]`.
"""

from .classifier import SequenceClassifier
from .regressor import SequenceRegressor

__all__ = ["SequenceClassifier", "SequenceRegressor"]
