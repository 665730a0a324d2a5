"""Round after round of refitting on what the rounds before showed: does everyone end up with the same?"""
