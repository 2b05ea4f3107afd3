/* Extension modules in one library, for every Python since 3.8: `multi` and
   `failing` are initialised in two phases, `single` in one. */
#define Py_LIMITED_API 0x03080000
#include <Python.h>

static int executions = 0;

static int run(PyObject *module)
{
    return PyModule_AddIntConstant(module, "execution", ++executions);
}

static int fail(PyObject *module)
{
    (void)module;
    PyErr_SetString(PyExc_RuntimeError, "no luck");
    return -1;
}

static PyModuleDef_Slot multi_slots[] = {{Py_mod_exec, run}, {0, NULL}};
static PyModuleDef_Slot failing_slots[] = {{Py_mod_exec, fail}, {0, NULL}};

static PyModuleDef multi = {
    PyModuleDef_HEAD_INIT, "multi", "two phases", 0, NULL, multi_slots};
static PyModuleDef failing = {
    PyModuleDef_HEAD_INIT, "failing", NULL, 0, NULL, failing_slots};
static PyModuleDef single = {
    PyModuleDef_HEAD_INIT, "single", "one phase", -1, NULL};

PyMODINIT_FUNC PyInit_multi(void) { return PyModuleDef_Init(&multi); }
PyMODINIT_FUNC PyInit_failing(void) { return PyModuleDef_Init(&failing); }

PyMODINIT_FUNC PyInit_single(void)
{
    PyObject *module = PyModule_Create(&single);
    if (module != NULL && run(module) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
