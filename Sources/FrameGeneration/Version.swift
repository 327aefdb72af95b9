/// The version of the package, as the program and the files it writes tell it.
package let framegenVersion = "0.2.0"
