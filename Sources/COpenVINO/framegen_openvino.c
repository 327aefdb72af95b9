#include "framegen_openvino.h"
