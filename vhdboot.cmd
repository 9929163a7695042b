@echo off
rem Runs the vhdboot command from a checkout; builds it first where it is missing.
rem VHDBOOT_JAVA_OPTS adds to or overrides the Java options.
setlocal
set "jar=%~dp0cli\target\vhdboot.jar"
if not exist "%jar%" (
  echo vhdboot: building %jar% ^(once^) 1>&2
  pushd "%~dp0"
  call mvn -q -B -Dmaven.test.skip=true -pl cli -am package 1>&2 || exit /b 1
  popd
)
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
rem To compress files together (wim capture --solid) takes all of a chunk of 64 MiB.
rem What only moves bytes is done before the second compiler has been of use. To read and write WIMs makes little garbage.
set "how=-XX:+UseParallelGC"
for %%c in (vhd disk diskpart ls cat cp stat tree) do if /i "%~1"=="%%c" set "how=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
for %%c in (wim imagex) do if /i "%~1"=="%%c" set "how=-XX:+UseSerialGC -Xmn48m"
"%java%" -Xms64m -Xmx640m %how% -XX:-UsePerfData %VHDBOOT_JAVA_OPTS% -jar "%jar%" %*
exit /b %ERRORLEVEL%
