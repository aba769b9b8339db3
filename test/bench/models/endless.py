# Code that never ends on its own: the limits must end it, with a reason.
n = 1
while True:
    n = n + 1
