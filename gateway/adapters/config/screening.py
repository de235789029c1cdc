def load_screening(dirs):
    class T:
        known = None

    return T()


def load_known(p):
    return None
