def net():
    return Sequential([Input((8,)), Dense(3, use_bia=False)])
