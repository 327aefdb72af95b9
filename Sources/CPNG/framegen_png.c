#include "framegen_png.h"
