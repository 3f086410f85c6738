#include "index/error.h"

G_DEFINE_QUARK(curlew - index - error - quark, index_error)
