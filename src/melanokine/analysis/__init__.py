"""Questions asked of the model as a whole: how far it agrees with what was measured."""
